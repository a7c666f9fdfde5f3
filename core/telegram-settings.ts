/** How the Telegram bridge is set up. */

/** How much is reported to chats beside answers, questions and failures. */
export type ReportLevel = (typeof REPORT_LEVELS)[number];
export const REPORT_LEVELS = ["off", "milestones", "all"] as const;

/** Which messages of a group are for the room: those that name the bot, or all. */
export type GroupMode = (typeof GROUP_MODES)[number];
export const GROUP_MODES = ["mentions", "all"] as const;

/** Minutes of a day, by the clocks of a zone; an end before the start lies on the next day. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
  readonly zone: string;
}

/** Who may use the bridge: listed users alone, by number. */
export interface TelegramUsers {
  /** Ids of chats; a group's is negative. */
  readonly chats: readonly number[];
  /** Ids of users: in groups these alone; in a private chat the user that it is with, unless this lists others. */
  readonly users: readonly number[];
  readonly groups: GroupMode;
}

export interface TelegramSettings extends TelegramUsers {
  /** Of the bot, as @BotFather gave it; absent: none was set. */
  readonly token?: string | undefined;
  /** A Bot API server of the user's own, without a slash at its end. @default Telegram's */
  readonly server?: string | undefined;
  readonly reports: ReportLevel;
  /** When no reports are sent. @default there are no such hours */
  readonly quiet?: QuietHours | undefined;
}
