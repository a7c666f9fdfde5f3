/** What attacks on a port are made of: requests that would be answered, but for what is changed. */
import { type SignedRequest, signedAuthorization } from "#core/request-signature.ts";

export type Headers = readonly (readonly [string, string])[];

/** An attack: its name, what is sent, and the status that answers it. */
export type Row = readonly [
  name: string,
  request: (at: AttackedPort) => string | Uint8Array,
  status: number,
];

export const JSON_TYPE: Headers = [["Content-Type", "application/json"]];

export function bearer(token: string): Headers {
  return [["Authorization", `Bearer ${token}`]];
}

export function length(body: string): Headers {
  return [["Content-Length", String(body.length)]];
}

/** Seconds since the epoch, so many minutes from now. */
export function minutes(count: number): number {
  return Math.floor(Date.now() / 1000) + count * 60;
}

/** A whole request, whose answer ends the connection. */
export function rawRequest(line: string, headers: Headers, body = ""): string {
  const all = [...headers, ["Connection", "close"] as const];
  return `${line} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}

/** A request that leaves the connection open, for what the server has to end by itself. */
export function withoutEnd(line: string, headers: Headers, body = ""): string {
  return rawRequest(line, headers, body).replace("Connection: close\r\n", "");
}

/** What a signed request differs in. */
export interface Forgery {
  /** What is signed. */
  readonly signed?: Partial<SignedRequest>;
  /** What is sent instead. */
  readonly sent?: Partial<SignedRequest>;
  /** Changes the header. */
  readonly header?: (text: string) => string;
}

export class AttackedPort {
  readonly port: number;
  readonly tokens: Readonly<Record<"read" | "run" | "admin", string>>;
  /** Of the key "ci". */
  readonly secret: string;
  #nonces = 0;

  constructor(port: number, tokens: AttackedPort["tokens"], secret: string) {
    this.port = port;
    this.tokens = tokens;
    this.secret = secret;
  }

  get host(): Headers {
    return [["Host", `127.0.0.1:${this.port}`]];
  }

  get(path = "/v1/jobs", more: Headers = [], base: Headers = this.host): string {
    return rawRequest(`GET ${path}`, [...base, ...bearer(this.tokens.admin), ...more]);
  }

  post(body = '{"goal":"x"}', headers?: Headers, line = "POST /v1/jobs"): string {
    const own = [...this.host, ...bearer(this.tokens.admin), ...JSON_TYPE, ...length(body)];
    return rawRequest(line, headers ?? own, body);
  }

  signed({ signed = {}, sent = {}, header = (text) => text }: Forgery = {}): string {
    this.#nonces += 1;
    const request: SignedRequest = {
      ...{ method: "POST", target: "/v1/jobs", body: '{"goal":"x"}' },
      ...{ time: minutes(0), nonce: `nonce-number-${this.#nonces}-xx` },
      ...signed,
    };
    const { method, target, body } = { ...request, ...sent };
    const value = header(signedAuthorization(request, { id: "ci", secret: this.secret }));
    const proof = ["Authorization", value] as const;
    const headers = [...this.host, ...JSON_TYPE, proof, ...length(String(body))];
    return rawRequest(`${method} ${target}`, headers, String(body));
  }
}
