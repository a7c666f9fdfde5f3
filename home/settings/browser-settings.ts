import { z } from "zod";

/** The browser tool; absent: no persona has it. */
export interface BrowserSettings {
  /** Absolute path of Chromium. @default where the system puts it */
  readonly path?: string | undefined;
  /** Takes files that pages give into quarantine. @default false */
  readonly files?: boolean | undefined;
}

export const browserSchema: z.ZodType<BrowserSettings> = z.strictObject({
  path: z.string().startsWith("/").max(400).optional(),
  files: z.boolean().optional(),
});
