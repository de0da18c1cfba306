// A queue with several servers: requests come at random (a Poisson process) and are served in the order of their arrival.
// Where a request's time is exponential this is M/M/c, whose mean is known (Erlang C); with any other it is M/G/c, for which
// there is no formula, and so it is simulated.

/** What one request takes of a server, in seconds. It may be answered before the server is free again. */
export interface Service {
  answered: number;
  busy: number;
}

export interface Load {
  /** Requests a second. */
  rate: number;
  servers: number;
  /** How many requests are simulated. */
  requests: number;
  random: () => number;
  next: () => Service;
}

export interface Outcome {
  /** Of the servers' time, the part in which they are busy. */
  utilisation: number;
  /** From arrival to answer, in seconds, from the shortest to the longest. */
  times: Float64Array;
}

export function simulate({ rate, servers, requests, random, next }: Load): Outcome {
  const freeAt = new Float64Array(servers);
  const times = new Float64Array(requests);
  let now = 0;
  let busy = 0;
  for (let i = 0; i < requests; i += 1) {
    now += exponential(1 / rate, random);
    let first = 0;
    for (let server = 1; server < servers; server += 1)
      if ((freeAt[server] as number) < (freeAt[first] as number)) first = server;
    const service = next();
    const start = Math.max(now, freeAt[first] as number);
    freeAt[first] = start + service.busy;
    times[i] = start + service.answered - now;
    busy += service.busy;
  }
  return { utilisation: busy / (servers * Math.max(now, ...freeAt)), times: times.sort() };
}

export const exponential = (mean: number, random: () => number) => -mean * Math.log(1 - random());

/** `part` is 0.5 for the median. */
export const quantile = (sorted: Float64Array, part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] as number;

export const mean = (times: Float64Array) => times.reduce((sum, time) => sum + time, 0) / times.length;

/** The mean time from arrival to answer in M/M/c, by Erlang C; infinite where more comes than can be served. */
export function meanByFormula(rate: number, servers: number, service: number): number {
  const load = rate * service;
  if (load >= servers) return Number.POSITIVE_INFINITY;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < servers; k += 1) {
    term *= load / k;
    sum += term;
  }
  const last = ((term * load) / servers) * (servers / (servers - load));
  const waits = last / (sum + last);
  return service + (waits * service) / (servers - load);
}
