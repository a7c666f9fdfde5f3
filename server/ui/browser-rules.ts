/** What the dashboard tells browsers to allow, and what it demands of what they send. */
import type { MiddlewareHandler } from "hono";
import type { RequestEnv } from "../http/request-env.ts";

/** Everything comes from here; no script or style stands in a page; no page stands in another. */
const POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  // Not "no-referrer": with it a browser says `Origin: null` in a form of our own.
  "referrer-policy": "same-origin",
  // For what does not read the policy above.
  "x-frame-options": "DENY",
};

/** Puts the rules on every answer, refusals included. */
export function browserRules(): MiddlewareHandler<RequestEnv> {
  return async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.res.headers.set(name, value);
  };
}

/**
 * Why a form cannot have come from a page of ours: a browser says where it comes from, and a program that says
 * nothing of it is not a browser. Whether the origin is ours is judged with the head of every request.
 */
export function foreignForm(header: (name: string) => string | undefined): string | undefined {
  const site = header("sec-fetch-site");
  if (header("origin") === undefined) return "it does not say which page it comes from";
  // "none": the user has it sent again by loading the page again; no page can bring that about.
  if (site !== undefined && !["same-origin", "none"].includes(site)) {
    return "it comes from another site";
  }
  const type = header("content-type") ?? "";
  return /^application\/x-www-form-urlencoded\s*(?:;[^,]*)?$/i.test(type)
    ? undefined
    : "it is not a form";
}
