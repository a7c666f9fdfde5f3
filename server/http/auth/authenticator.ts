/** Who asks, as far as a request proves it. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Scope } from "#core/access.ts";
import { TokenBucket } from "#core/policy/rate-limit.ts";
import {
  type RequestSignature,
  readSignature,
  SIGNATURE_SCHEME,
  signatureOf,
} from "#core/request-signature.ts";
import {
  type AccessStore,
  type Credential,
  hashToken,
  type NonceUse,
  tokenId,
} from "#home/access-store.ts";

/** A caller that may ask. */
export interface Caller {
  /** For logs; never a secret. */
  readonly name: string;
  readonly scope: Scope;
}

/** A key from the human's configuration. */
export interface ConfiguredKey {
  readonly secret: string;
  readonly scope: Scope;
}

/** What a request says of who sent it. */
export interface Claim {
  readonly method: string;
  /** As it was sent. */
  readonly target: string;
  /** The header, where there is one. */
  readonly authorization: string | undefined;
  /** Where it comes from. */
  readonly address: string;
}

export interface Denied {
  readonly status: 401 | 429 | 503;
  readonly message: string;
  /** In how many seconds to ask again. */
  readonly retryAfter?: number | undefined;
}

/** A signature of which only the body is missing to judge it. */
export interface Pending {
  finish(body: Uint8Array): Caller | Denied | Promise<Caller | Denied>;
}

export interface AuthenticatorOptions {
  readonly store: AccessStore;
  /** By their ids. @default none */
  readonly keys?: Readonly<Record<string, ConfiguredKey>> | undefined;
  /** Another machine can reach this port: then no caller is let in without proof. */
  readonly isExposed: boolean;
  /** What this process gave to those of this home who look after it. */
  readonly own?: string | undefined;
  /** Notes a nonce where several machines take signed requests. @default the store of this home does */
  readonly useNonce?:
    | ((key: string, nonce: string, lastsMs: number) => Promise<NonceUse>)
    | undefined;
  /** How far the time of a signature may be from ours, in milliseconds. @default 60000 */
  readonly windowMs?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

const WINDOW_MS = 60_000;

/** Wrong proofs a minute and address that are answered as what they are. */
const WRONG_PER_MINUTE = 20;

/** Addresses that are remembered for their wrong proofs; beyond, the oldest is forgotten. */
const MOST_ADDRESSES = 1024;

/**
 * Decides who asks. A right proof always counts, however many wrong ones came from the same address: what is told
 * late is only that a proof was wrong, so that no caller can lock out another.
 */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #now: () => number;
  readonly #wrong = new Map<string, TokenBucket>();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Whether the caller has to prove its identity: always from elsewhere, and wherever there is a token. */
  get isClosed(): boolean {
    const { store, keys = {}, isExposed } = this.#options;
    return isExposed || Object.keys(keys).length > 0 || !store.isEmpty;
  }

  /**
   * Judges what the head of a request proves.
   *
   * @returns undefined for a caller that proves nothing where that has to be.
   */
  callerOf(claim: Claim): Caller | Denied | Pending | undefined {
    const { authorization } = claim;
    if (authorization === undefined || authorization === "") {
      return this.isClosed ? undefined : LOCAL;
    }
    const [scheme = "", rest = ""] = authorization.split(/ +(.*)/s);
    const isSigned = scheme.toUpperCase() === SIGNATURE_SCHEME;
    const signature = isSigned ? readSignature(rest) : undefined;
    const found = signature ? this.#signed(signature, claim) : this.#bearer(scheme, rest.trim());
    // Clients that always send some key, such as those of OpenAI, are as welcome as others on an open port.
    return found ?? (isSigned || this.isClosed ? this.#denied(claim) : LOCAL);
  }

  /** Whose a token is that a person typed, on an open port too. @param address where it comes from. */
  tokenOf(token: string, address: string): Credential | Denied {
    return this.#tokenOf(token, hashToken(token)) ?? this.#denied({ address });
  }

  /** What a token allows now; undefined once it is revoked. @param id of the token. */
  scopeOf(id: string): Scope | undefined {
    return this.#options.store.token(id)?.scope;
  }

  #bearer(scheme: string, token: string): Caller | undefined {
    const { own } = this.#options;
    if (scheme.toLowerCase() !== "bearer") return undefined;
    const hash = hashToken(token);
    if (own !== undefined && timingSafeEqual(hash, hashToken(own))) {
      return { name: "own", scope: "admin" };
    }
    const credential = this.#tokenOf(token, hash);
    return credential && { name: `token ${credential.id}`, scope: credential.scope };
  }

  #tokenOf(token: string, hash: Uint8Array): Credential | undefined {
    const id = tokenId(token);
    const credential = id === undefined ? undefined : this.#options.store.token(id);
    // An unknown id takes as long as a wrong secret.
    return timingSafeEqual(hash, credential?.hash ?? UNKNOWN_HASH) ? credential : undefined;
  }

  /** A body is waited for only from who names a key that there is, about now. */
  #signed(signature: RequestSignature, claim: Claim): Pending | Denied | undefined {
    const { store, keys = {}, windowMs = WINDOW_MS } = this.#options;
    const { key: id, time } = signature;
    const key = (Object.hasOwn(keys, id) ? keys[id] : undefined) ?? store.key(id);
    if (key === undefined) return undefined;
    const offMs = time * 1000 - this.#now();
    if (Math.abs(offMs) <= windowMs) {
      return { finish: (body) => this.#finish({ ...claim, ...signature, body }, key) };
    }
    const off = `${Math.round(offMs / 1000)} s off ours; ${windowMs / 1000} s are allowed`;
    return { ...this.#denied(claim), message: `the time of the signature is ${off}` };
  }

  #finish(
    request: Claim & RequestSignature & { readonly body: Uint8Array },
    { secret, scope }: ConfiguredKey,
  ): Caller | Denied | Promise<Caller | Denied> {
    const { store, useNonce, windowMs = WINDOW_MS } = this.#options;
    const { key, nonce } = request;
    const expected = Buffer.from(signatureOf(request, secret));
    if (!timingSafeEqual(expected, Buffer.from(request.signature))) return this.#denied(request);
    // It may be as far ahead of us as behind.
    const lastsMs = 2 * windowMs;
    const callerFor = (use: NonceUse): Caller | Denied => this.#byNonce(request, scope, use);
    if (useNonce !== undefined) return useNonce(key, nonce, lastsMs).then(callerFor);
    return callerFor(store.useNonce(key, nonce, this.#now() + lastsMs));
  }

  #byNonce(request: Claim & RequestSignature, scope: Scope, use: NonceUse): Caller | Denied {
    switch (use) {
      case "used":
        return { ...this.#denied(request), message: "this nonce was used before" };
      case "full":
        return { status: 503, message: "too many signed requests", retryAfter: 60 };
      default:
        return { name: `key ${request.key}`, scope };
    }
  }

  #denied({ address }: Pick<Claim, "address">): Denied {
    const bucket = this.#wrong.get(address) ?? new TokenBucket(WRONG_PER_MINUTE, this.#now);
    // Moved to the end: the one that was quiet for longest is forgotten first.
    this.#wrong.delete(address);
    this.#wrong.set(address, bucket);
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size > MOST_ADDRESSES && oldest !== undefined) this.#wrong.delete(oldest);
    const waitMs = bucket.take();
    if (waitMs === 0)
      return { status: 401, message: "this proves nothing: it is wrong or revoked" };
    return {
      status: 429,
      message: "too many wrong proofs from there",
      retryAfter: Math.ceil(waitMs / 1000),
    };
  }
}

/** A caller that reaches an open port sits at this machine, and may do everything there anyway. */
const LOCAL: Caller = { name: "local", scope: "admin" };

const UNKNOWN_HASH = createHash("sha256").update(crypto.randomUUID()).digest();
