/** Secrets that are recognised by their context: headers, addresses, `.netrc`, key files. */
import { BOUNDARY, LONGEST_WORD, type SecretKind, WORD } from "./secret-kind.ts";

const BLANK = "[ \\t]{1,4}";
const GAP = "[ \\t]{0,4}";

/** @see RFC 6750 section 2.1 */
const BEARER: SecretKind = {
  name: "bearer token",
  starts: ["bearer", "authorization"],
  before: `${BOUNDARY}(?i:bearer|authorization["']?:${BLANK}["']?[a-z-]{1,20})${BLANK}`,
  secret: `[A-Za-z0-9._~+/=-]{8,${LONGEST_WORD}}`,
  open: `(?i:bearer|authorization["']?(?::(?:${BLANK}(?:["']?(?:[a-z-]{1,20})?)?)?)?)${GAP}`,
  accepts: ({ before, value }) =>
    /[\d._~+/=]/.test(value.replace(/[.=/]+$/, "")) || (/^a/i.test(before) && value.length >= 16),
  hint: "(?i:bearer|auth)",
};

/** @see RFC 7617 section 2 */
const BASIC: SecretKind = {
  name: "user name and password",
  starts: ["basic"],
  before: `${BOUNDARY}(?i:basic)${BLANK}`,
  secret: "[A-Za-z0-9+/]{6,1024}={0,2}",
  open: `(?i:basic)${BLANK}`,
  accepts: ({ value }) => /^[\x20-\x7e]+$/.test(decoded(value)) && decoded(value).includes(":"),
  hint: "(?i:basic)",
};

const COOKIE_HEAD = `${BOUNDARY}(?i:cookie)["']?:${GAP}["']?`;
const COOKIES = `${WORD}{1,1024}(?:;[ \\t]?${WORD}{1,1024}){0,6}`;

/** @see RFC 6265 section 4 */
const COOKIE: SecretKind = {
  name: "cookie",
  starts: ["cookie"],
  before: `${COOKIE_HEAD}[\\w.-]{1,128}=`,
  secret: COOKIES,
  open: `(?i:cookie)["']?(?::${GAP}["']?(?:[\\w.-]{1,128}=${COOKIES};?[ \\t]?)?)?`,
  hint: "(?i:cookie)",
  accepts: ({ value }) => value.length >= 8,
};

const USER = "[^\\s\"'`,;<>|\\\\{}/?#@:\\u2000-\\uffff]";

/** @see RFC 3986 section 3.2.1 */
const ADDRESS: SecretKind = {
  name: "password in an address",
  // Also as JSON of PHP writes it: https:\/\/
  starts: ["/"],
  before: `/(?<=:\\\\?/\\\\?/)(?:${USER}{0,128}:)?`,
  secret: `[^\\s"'\`,;<>|\\\\{}/?#\\u2000-\\uffff]{4,256}(?=@)`,
  accepts: ({ before, value }) =>
    !/^(?:[$%[*.]|(?:password|passwd|pass|pwd|secret|token|xxx+|\*+|your[\w-]*)$)/i.test(value) &&
    (before.endsWith(":") || /^[\w-]{20,}$/.test(value)),
  hint: "@",
};

const SIGNATURE: SecretKind = {
  name: "signed address",
  starts: ["sig", "x-amz-", "x-goog-"],
  before: "(?<=[?&])(?i:sig|signature|x-(?:amz|goog)-(?:signature|security-token))=",
  secret: `[A-Za-z0-9%+/=_-]{16,${LONGEST_WORD}}`,
};

const OPTION_USER = "[\\w.@-]{1,64}";

const USER_OPTION: SecretKind = {
  name: "user name and password",
  starts: ["-u", "--user"],
  before: `(?<=(?:^|\\s))(?:-u|--user)(?:=|${BLANK})["']?${OPTION_USER}:`,
  secret: "[^\\s\"'$]{4,256}",
  open: `(?:-u|--user)(?:=|${BLANK})?["']?(?:${OPTION_USER}:[^\\s"'$]{0,256})?`,
  hint: "-u",
  accepts: ({ value }) => !/^\d+$/.test(value),
};

// Line ends may be escaped: files like these are written by the arguments of calls, which are JSON.
const S = "(?:\\s|\\\\{1,3}[nrt]){1,8}";
const LOGIN = `(?:machine${S}${WORD}{1,253}|default)${S}login${S}(?!(?:and|or)\\s)${WORD}{1,128}${S}password${S}`;

const NETRC_VALUE = '(?:[^\\s"\\\\]|\\\\(?!\\\\{0,2}[nrt"]))';

/** @see https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html */
const NETRC: SecretKind = {
  name: "password of a .netrc file",
  starts: ["machine", "default"],
  before: `${BOUNDARY}${LOGIN}`,
  secret: `${NETRC_VALUE}{1,256}`,
  open: `(?:(?:machine(?:${S}${WORD}{1,253})?|default)(?:${S}login(?:${S}${WORD}{1,128})?)?(?:${S}|(?:${S})?\\\\{1,3})|${LOGIN}${NETRC_VALUE}{0,256}\\\\{0,3})`,
  hint: "machine|default|pass",
};

const KEY_LABEL = "(?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----";

/**
 * A private key with or without its end, real line breaks or escaped ones. The body is what such files
 * hold: base64, headers, and what `grep -n` or a quotation puts before each line.
 *
 * @see RFC 7468 section 2
 */
export const KEY_FILE: SecretKind = {
  name: "private key",
  starts: ["-----BEGIN "],
  before: "",
  secret: `-----BEGIN ${KEY_LABEL}(?:\\r?\\n|\\\\{1,3}[rn])(?:(?!-----END)[\\sA-Za-z0-9+/=\\\\:,.>|#*-]){0,16384}(?:-----END[A-Z0-9 ]{0,45}-{0,5})?`,
  open: "-----BEGIN (?:[A-Z0-9]{1,20} ){0,6}(?:KEY-----|BLOCK-----)?\\\\{0,3}",
  hint: "-----B",
};

function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return "";
  }
}

export const CONTEXT_PATTERNS: readonly SecretKind[] = [
  KEY_FILE,
  BEARER,
  BASIC,
  COOKIE,
  ADDRESS,
  SIGNATURE,
  USER_OPTION,
  NETRC,
];
