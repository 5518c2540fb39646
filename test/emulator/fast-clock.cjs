/**
 * Preloaded into the program, which knows nothing of it: its time passes several times as fast, so that an outage of twenty minutes is
 * over within a minute. Waits, backoff and timeouts all shrink in the same proportion.
 */
const { Socket } = require('node:net');

const since = Number(process.env.FAST_CLOCK_SINCE);
const times = Number(process.env.FAST_CLOCK_TIMES);

const RealDate = Date;
const realNow = Date.now.bind(Date);
const now = () => Math.floor(since + (realNow() - since) * times);
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

const realPerformanceNow = performance.now.bind(performance);
performance.now = () => realPerformanceNow() * times;

for (const name of ['setTimeout', 'setInterval']) {
  const real = globalThis[name];
  globalThis[name] = Object.assign((run, ms, ...args) => real(run, (ms ?? 0) / times, ...args), real);
}
const setSocketTimeout = Socket.prototype.setTimeout;
Socket.prototype.setTimeout = function (ms, ...args) {
  return setSocketTimeout.call(this, ms / times, ...args);
};
