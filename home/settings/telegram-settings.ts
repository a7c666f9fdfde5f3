/** What a person has set up for the Telegram bridge. */
import { z } from "zod";
import {
  GROUP_MODES,
  type GroupMode,
  REPORT_LEVELS,
  type ReportLevel,
  type TelegramSettings,
} from "#core/telegram-settings.ts";
import { isZone } from "#platform/schedule/zone.ts";

/** As it is written. */
export interface TelegramEntry {
  readonly token?: string | undefined;
  readonly chats: readonly number[];
  readonly users: readonly number[];
  readonly groups?: GroupMode | undefined;
  readonly reports?: ReportLevel | undefined;
  /** "22:00-07:00" */
  readonly quiet?: string | undefined;
  readonly zone?: string | undefined;
  readonly server?: string | undefined;
}

const QUIET = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;
const ids = z.array(z.int()).max(100).default([]);

export const telegramSchema: z.ZodType<TelegramEntry> = z.strictObject({
  token: z.string().min(1).optional(),
  chats: ids,
  users: z.array(z.int().min(1)).max(100).default([]),
  groups: z.enum(GROUP_MODES).optional(),
  reports: z.enum(REPORT_LEVELS).optional(),
  quiet: z.string().regex(QUIET, 'write "22:00-07:00"').optional(),
  zone: z.string().refine(isZone, 'it is not a zone, such as "Europe/Vienna"').optional(),
  server: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/[?#@]/.test(url), "it has only a host and a port")
    .optional(),
});

/** @param token of the environment; that of the file goes before. */
export function telegramSettings(
  entry: TelegramEntry,
  token: string | undefined,
): TelegramSettings {
  const { chats, users, groups = "mentions", reports = "milestones", quiet } = entry;
  return {
    ...{ chats, users, groups, reports, token: entry.token ?? (token || undefined) },
    server: entry.server?.replace(/\/+$/, ""),
    quiet:
      quiet === undefined ? undefined : { ...hoursOf(quiet), zone: entry.zone ?? machineZone() },
  };
}

/** Asked only where it counts: the first look at it takes a process 4 ms. */
function machineZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function hoursOf(text: string): { readonly from: number; readonly to: number } {
  const [hour = 0, minute = 0, toHour = 0, toMinute = 0] = (QUIET.exec(text) ?? [])
    .slice(1)
    .map(Number);
  return { from: hour * 60 + minute, to: toHour * 60 + toMinute };
}
