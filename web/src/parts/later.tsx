import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Failure, Loading } from './states.tsx';

/** A page whose code is loaded when it is first shown. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let Loaded: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [, show] = useState(0);
    const [error, setError] = useState<unknown>();
    const start = () => {
      setError(undefined);
      load().then((component) => {
        Loaded = component;
        show(1);
      }, setError);
    };
    useEffect(() => {
      if (!Loaded) start();
    }, []);
    if (Loaded) return <Loaded {...props} />;
    return error ? <Failure error={error} onAgain={start} /> : <Loading />;
  };
}
