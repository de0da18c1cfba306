import { useEffect, useState } from 'preact/hooks';

/** A value that components can watch. */
export interface Store<Value> {
  get(): Value;
  set(value: Value): void;
  subscribe(listener: (value: Value) => void): () => void;
}

export function createStore<Value>(initial: Value): Store<Value> {
  let current = initial;
  const listeners = new Set<(value: Value) => void>();
  return {
    get: () => current,
    set: (value) => {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of listeners) listener(value);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<Value>(store: Store<Value>): Value {
  const [value, show] = useState(store.get);
  useEffect(() => {
    // It may have changed between rendering and now.
    show(() => store.get());
    return store.subscribe((next) => show(() => next));
  }, [store]);
  return value;
}

const PREFIX = 'ledge.';

/** Values in the storage of the browser. Where it is closed or full, nothing is kept. */
export const storage = {
  read<Value>(key: string): Value | undefined {
    try {
      return (JSON.parse(localStorage.getItem(PREFIX + key) ?? 'null') as Value | null) ?? undefined;
    } catch {
      return undefined;
    }
  },
  /** Removes it if the value is undefined. */
  write(key: string, value: unknown): void {
    try {
      if (value === undefined) localStorage.removeItem(PREFIX + key);
      else localStorage.setItem(PREFIX + key, JSON.stringify(value));
    } catch {
      // The storage is full or forbidden: what is shown stays as it is.
    }
  },
  /**
   * Calls the listener when another tab changes the value, until the returned function is called. The key is a function:
   * it may depend on who is signed in.
   */
  follow(keyOf: () => string, listener: () => void): () => void {
    const onStorage = ({ key }: StorageEvent) => key === PREFIX + keyOf() && listener();
    addEventListener('storage', onStorage);
    return () => removeEventListener('storage', onStorage);
  },
};
