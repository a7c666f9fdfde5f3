import { z } from "zod";
import type { ToolContext } from "#tools/tool.ts";

export const input = z.strictObject({
  moment: z.string().max(40),
  offset: z
    .string()
    .regex(/^(Z|[+-][0-9]{2}:[0-9]{2})$/)
    .optional(),
});

interface Answer {
  readonly isPast: boolean;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  /** Negative for what is past. */
  readonly totalSeconds: number;
  readonly weekday: string;
  readonly text: string;
}

/** RFC 3339, and a date alone. */
const MOMENT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|z|[+-]\d\d:\d\d))?$/;

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

export async function run(
  { moment, offset = "Z" }: z.infer<typeof input>,
  ctx: ToolContext,
): Promise<Answer> {
  const { localSeconds, offsetSeconds } = read(moment.trim(), offset);
  const nowSeconds = Math.floor(ctx.clock.now() / 1000);
  const totalSeconds = localSeconds - offsetSeconds - nowSeconds;
  const distance = Math.abs(totalSeconds);
  const days = Math.floor(distance / DAY);
  const hours = Math.floor((distance % DAY) / HOUR);
  const minutes = Math.floor((distance % HOUR) / MINUTE);
  const isPast = totalSeconds < 0;
  const amount = inWords(days, hours, minutes);
  return {
    isPast,
    days,
    hours,
    minutes,
    totalSeconds,
    // The first of January 1970 was a Thursday.
    weekday: WEEKDAYS[(((Math.floor(localSeconds / DAY) + 4) % 7) + 7) % 7] ?? "",
    text: amount === "" ? "now" : isPast ? `${amount} ago` : `in ${amount}`,
  };
}

/** Seconds since 1970 as the clocks of its place say it, and how far these are ahead of UTC. */
function read(moment: string, offset: string): { localSeconds: number; offsetSeconds: number } {
  const match = MOMENT.exec(moment);
  if (match === null)
    throw badMoment("neither a date such as 2026-12-24 nor a time with an offset");
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const date = new Date(0);
  // Date.UTC would take the years 0 to 99 for those of the twentieth century.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    throw badMoment("there is no such day");
  }
  if (hour > 23 || minute > 59 || second > 59) throw badMoment("there is no such time of day");
  const localSeconds = date.getTime() / 1000 + hour * HOUR + minute * MINUTE + second;
  return { localSeconds, offsetSeconds: secondsOf(match[7] ?? offset) };
}

function secondsOf(offset: string): number {
  if (offset.toUpperCase() === "Z") return 0;
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  if (hours > 23 || minutes > 59) throw badMoment(`there is no offset ${offset}`);
  const seconds = hours * HOUR + minutes * MINUTE;
  return offset.startsWith("-") ? -seconds : seconds;
}

/** Empty for less than a minute. */
function inWords(days: number, hours: number, minutes: number): string {
  const parts = [
    [days, "day"],
    [hours, "hour"],
    [minutes, "minute"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`)
    .join(" ");
}

function badMoment(why: string): Error {
  return Object.assign(new Error(`The moment cannot be read: ${why}`), { code: "BAD_MOMENT" });
}
