/** Lets the clock of this process be set: the result adds so many milliseconds to what `Date` says from then on. What has passed (`performance`) and timers stay. */
export function makeDateSettable(): (byMs: number) => void {
  const RealDate = Date
  let aheadMs = 0
  const now = () => RealDate.now() + aheadMs
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args) => Reflect.construct(target, args.length === 0 ? [now()] : args),
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name))
  })
  return (byMs) => {
    aheadMs += byMs
  }
}
