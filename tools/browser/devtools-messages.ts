/** What is read of the events of Chromium, and what each page, frame and worker is configured with before it runs. */
import { z } from "zod";
import type { CdpParams } from "#platform/browser/cdp.ts";

const attached = z.object({
  sessionId: z.string(),
  targetInfo: z.object({ targetId: z.string(), type: z.string(), openerId: z.string().optional() }),
});
const detached = z.object({ sessionId: z.string() });
const paused = z.object({
  requestId: z.string(),
  request: z.object({ url: z.string(), method: z.string() }),
  resourceType: z.string().default(""),
});
const dialog = z.object({ type: z.string(), message: z.string().default("") });

/** A page, frame or worker that has appeared. */
export interface Attached {
  readonly sessionId: string;
  readonly targetInfo: {
    readonly targetId: string;
    readonly type: string;
    readonly openerId?: string | undefined;
  };
}

/** A request that waits for us. */
export interface Paused {
  readonly requestId: string;
  readonly request: { readonly url: string; readonly method: string };
  readonly resourceType: string;
}

export interface Dialog {
  readonly type: string;
  readonly message: string;
}

export const readAttached = (params: unknown): Attached => attached.parse(params);
export const readDetached = (params: unknown): string => detached.parse(params).sessionId;
export const readPaused = (params: unknown): Paused => paused.parse(params);
export const readDialog = (params: unknown): Dialog => dialog.parse(params);

export const EVERY_REQUEST: CdpParams = { patterns: [{ urlPattern: "*" }] };
export const AUTO_ATTACH: CdpParams = {
  autoAttach: true,
  waitForDebuggerOnStart: true,
  flatten: true,
};

export type TargetKind = "page" | "frame" | "worker";

/** So that every request of it waits for us, and it gets no file of the user. */
export function setUpCommands(kind: TargetKind): readonly (readonly [string, CdpParams])[] {
  return [
    ...(kind === "worker" ? [] : [["Page.enable", {}] as const]),
    ...(kind === "page"
      ? [["Page.setInterceptFileChooserDialog", { enabled: true }] as const]
      : []),
    ["Network.enable", { maxTotalBufferSize: 0, maxResourceBufferSize: 0 }],
    ["Network.setBypassServiceWorker", { bypass: true }],
    ["Fetch.enable", EVERY_REQUEST],
    ["Target.setAutoAttach", AUTO_ATTACH],
  ];
}
