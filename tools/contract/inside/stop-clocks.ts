/**
 * Makes everything in the language that tells the time tell another one.
 *
 * @param nowMs milliseconds since 1970.
 */
export function stopClocks(nowMs: () => number): void {
  stopDate(nowMs);
  stopFormats(nowMs);
  stopTemporal(nowMs);
}

function stopDate(nowMs: () => number): void {
  const RealDate = Date;
  RealDate.now = nowMs;
  const stopped = new Proxy(RealDate, {
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length === 0 ? [nowMs()] : values, newTarget),
    apply: () => new RealDate(nowMs()).toString(),
  });
  RealDate.prototype.constructor = stopped;
  globalThis.Date = stopped;
}

/** Without a date, a format takes the current one. */
function stopFormats(nowMs: () => number): void {
  const { prototype } = Intl.DateTimeFormat;
  const { formatToParts } = prototype;
  const get = Object.getOwnPropertyDescriptor(prototype, "format")?.get;
  Object.defineProperties(prototype, {
    format: {
      get(this: Intl.DateTimeFormat) {
        const format = get?.call(this);
        return (date: Date | number = nowMs()) => format(date);
      },
    },
    formatToParts: {
      value(this: Intl.DateTimeFormat, date: Date | number = nowMs()) {
        return formatToParts.call(this, date);
      },
    },
  });
}

function stopTemporal(nowMs: () => number): void {
  const instant = (): Temporal.Instant => Temporal.Instant.fromEpochMilliseconds(nowMs());
  const zoned = (zone = "UTC"): Temporal.ZonedDateTime => instant().toZonedDateTimeISO(zone);
  Object.assign(Temporal.Now, {
    instant,
    timeZoneId: () => "UTC",
    zonedDateTimeISO: zoned,
    plainDateTimeISO: (zone?: string) => zoned(zone).toPlainDateTime(),
    plainDateISO: (zone?: string) => zoned(zone).toPlainDate(),
    plainTimeISO: (zone?: string) => zoned(zone).toPlainTime(),
  });
}
