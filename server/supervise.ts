import cluster from 'node:cluster';
import { logEvent } from '../src/log';

/** A process that ends sooner than this after its start would only end again at once. */
const RESTART_AFTER_MS = 1_000;

/**
 * Keeps so many processes serving one port. On SIGTERM all of them stop; then this process ends. Where systemd holds the port,
 * each accepts its connections itself: those that this process had accepted for them would be lost when it ends. If all of
 * them crash at once, this process ends with 1, and systemd starts it again with the port.
 */
export function supervise(workers: number, isPortHeld: boolean): void {
  if (isPortHeld) cluster.schedulingPolicy = cluster.SCHED_NONE;
  let stopping = false;
  let failed = false;
  const stop = () => {
    stopping = true;
    const running = Object.values(cluster.workers ?? {});
    for (const worker of running) worker?.process.kill('SIGTERM');
    if (running.length === 0) process.exit(failed ? 1 : 0);
  };

  const start = () => {
    if (stopping) return;
    const started_ms = Date.now();
    let served = false;
    const worker = cluster.fork();
    worker.once('listening', () => {
      served = true;
    });
    worker.once('exit', (code) => {
      if (!stopping && !served) {
        // What keeps one process from starting keeps all of them from it.
        failed = true;
        stop();
      }
      if (stopping) {
        if (Object.keys(cluster.workers ?? {}).length === 0) process.exit(failed ? 1 : 0);
        return;
      }
      logEvent('error', 'process_ended', { code });
      setTimeout(start, Math.max(0, started_ms + RESTART_AFTER_MS - Date.now()));
    });
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  for (let i = 0; i < workers; i += 1) start();
}
