/**
 * How a request is signed, the same for the sender and for the server that checks it.
 *
 * The header is `Authorization: ORG-HMAC-SHA256 key=ID, time=SECONDS, nonce=TEXT, signature=HEX`, where the
 * signature is the HMAC-SHA-256 of {@link canonicalRequest} under the shared secret.
 *
 * @see https://www.rfc-editor.org/rfc/rfc2104
 */
import { createHash, createHmac } from "node:crypto";

export interface SignedRequest {
  /** In capitals. */
  readonly method: string;
  /** Path and query as they are sent, such as "/v1/jobs?state=dead". */
  readonly target: string;
  readonly body: Uint8Array | string;
  /** When it was signed, in whole seconds since the epoch. */
  readonly time: number;
  /** 16 to 64 characters of A-Z, a-z, 0-9, "-" and "_", never used twice with one key. */
  readonly nonce: string;
}

export interface RequestSignature {
  readonly key: string;
  readonly time: number;
  readonly nonce: string;
  /** 64 hexadecimal digits. */
  readonly signature: string;
}

export const SIGNATURE_SCHEME = "ORG-HMAC-SHA256";

/** Six lines without a line end after the last: scheme, method, target, SHA-256 of the body in hexadecimal, time, nonce. */
export function canonicalRequest({ method, target, body, time, nonce }: SignedRequest): string {
  const hash = createHash("sha256").update(body).digest("hex");
  return [SIGNATURE_SCHEME, method, target, hash, String(time), nonce].join("\n");
}

export function signatureOf(request: SignedRequest, secret: string): string {
  return createHmac("sha256", secret).update(canonicalRequest(request)).digest("hex");
}

/** The value of the header `Authorization`. */
export function signedAuthorization(
  request: SignedRequest,
  { id, secret }: { readonly id: string; readonly secret: string },
): string {
  const { time, nonce } = request;
  const signature = signatureOf(request, secret);
  return `${SIGNATURE_SCHEME} key=${id}, time=${time}, nonce=${nonce}, signature=${signature}`;
}

const HEADER =
  /^key=([\w.-]{1,64}), time=(\d{1,12}), nonce=([\w-]{16,64}), signature=([0-9a-f]{64})$/;

/** @param parameters what follows the scheme. @returns undefined for what is not a signature. */
export function readSignature(parameters: string): RequestSignature | undefined {
  const [, key, time, nonce, signature] = HEADER.exec(parameters) ?? [];
  if (key === undefined || nonce === undefined || signature === undefined) return undefined;
  return { key, time: Number(time), nonce, signature };
}
