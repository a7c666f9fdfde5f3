import { z } from "zod";

/** The browser tool; absent: no persona is told of it. */
export interface BrowserSettings {
  /** Absolute path of Chromium. @default where the system puts it */
  readonly path?: string | undefined;
}

export const browserSchema: z.ZodType<BrowserSettings> = z.strictObject({
  path: z.string().startsWith("/").max(400).optional(),
});
