/** Who is signed in to the dashboard of this process. Nothing of it is on disk: a process that ends signs all out. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Scope } from "#core/access.ts";
import type { Done } from "./page.ts";

/** What a session can be tied to. */
interface Tokens {
  /** What a token of the home lets its holder do now; undefined once it is revoked. */
  scopeOf(id: string): Scope | undefined;
}

export interface Session {
  /** For lists; not what the cookie holds. */
  readonly name: string;
  readonly scope: Scope;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The hidden field of its forms. */
  readonly csrf: string;
  /** Id of the token that it was opened with, and that ends it. */
  readonly token: string | undefined;
  /** It was opened over TLS: only the cookie that never travels in clear counts for it. */
  readonly isSecure: boolean;
  /** Shown on its next page. */
  flash: Done["flash"];
}

export interface SessionsOptions {
  readonly tokens: Tokens;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

/** How long a session lasts, in milliseconds; the cookie says the same in seconds. */
export const SESSION_MS: number = 8 * 60 * 60 * 1000;
/** How long a link can be used, in milliseconds. */
const LINK_MS = 2 * 60 * 1000;
/** Links that wait to be used; beyond, the oldest counts no more. */
const MOST_LINKS = 16;
/** Sessions at once; beyond, the oldest ends. */
const MOST_SESSIONS = 64;

/**
 * Sessions by the hash of what their cookie holds, and links that sign in once. A new id is drawn at each sign-in, so
 * that an id from elsewhere is never adopted.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #now: () => number;
  readonly #sessions = new Map<string, Session>();
  /** When each link ends, by its hash. */
  readonly #links = new Map<string, number>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** The code of a link that signs in once, with the rights of the owner, within two minutes. */
  createLink(): string {
    const code = secret();
    this.#links.set(hashed(code), this.#now() + LINK_MS);
    const [oldest] = this.#links.keys();
    if (this.#links.size > MOST_LINKS && oldest !== undefined) this.#links.delete(oldest);
    return code;
  }

  /** @returns whether the link counts; from now on it does not. */
  useLink(code: string): boolean {
    const hash = hashed(code);
    const until = this.#links.get(hash);
    this.#links.delete(hash);
    return until !== undefined && this.#now() <= until;
  }

  /** @returns what the cookie holds; it is kept nowhere. */
  start(about: Pick<Session, "name" | "scope" | "token" | "isSecure">): string {
    const id = secret();
    const session = { ...about, csrf: secret(), startedAt: this.#now(), flash: undefined };
    this.#sessions.set(hashed(id), session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    return id;
  }

  /** The session of a cookie, while it counts: not ended, not older than eight hours, its token not revoked. */
  find(id: string | undefined): Session | undefined {
    if (id === undefined) return undefined;
    const hash = hashed(id);
    const session = this.#sessions.get(hash);
    if (session === undefined) return undefined;
    if (this.#counts(session)) return session;
    this.#sessions.delete(hash);
    return undefined;
  }

  end(id: string | undefined): void {
    if (id !== undefined) this.#sessions.delete(hashed(id));
  }

  /** Ends every session and every link. @returns how many sessions ended. */
  endAll(): number {
    const count = this.#sessions.size;
    this.#sessions.clear();
    this.#links.clear();
    return count;
  }

  /** Ends every session but the one of this hidden field, and every link. @returns how many sessions ended. */
  endOthers(csrf: string): number {
    const others = [...this.#sessions].filter(([, session]) => session.csrf !== csrf);
    for (const [hash] of others) this.#sessions.delete(hash);
    this.#links.clear();
    return others.length;
  }

  /** Those that count, the newest first. */
  list(): readonly Session[] {
    const all = [...this.#sessions.values()].filter((session) => this.#counts(session));
    return all.toReversed();
  }

  #counts({ startedAt, token, scope }: Session): boolean {
    if (this.#now() > startedAt + SESSION_MS) return false;
    return token === undefined || this.#options.tokens.scopeOf(token) === scope;
  }
}

/** Whether a hidden field is the session's; takes as long for a wrong one. */
export function isCsrfOf({ csrf }: Pick<Session, "csrf">, sent: unknown): boolean {
  const sentToken = typeof sent === "string" ? sent : "";
  return timingSafeEqual(Buffer.from(hashed(sentToken)), Buffer.from(hashed(csrf)));
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}

/** The value has 192 random bits, so that a fast hash keeps it. */
function hashed(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
