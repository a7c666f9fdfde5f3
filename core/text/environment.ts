const SECRET_NAME =
  /password|passwd|passphrase|secret|token(?!s)|credential|(?:^|_)(?:api)?key(?:$|_(?:base64|value|\d+)$)|(?:^|_)(?:pass|pwd|auth|cookie|dsn)$/i;
/** Names that say where a secret is, or of what kind; and those that are called so by chance. */
const NO_SECRET = /_(?:file|path|dir|sock|url|id|name|type|ttl)$|^(?:OLD)?PWD$|^GPG_KEY$/i;
/** What such variables hold when they hold no secret: a switch, a folder, the words of a manual. */
const NO_VALUE =
  /^(?:[./~][\w./-]*|true|false|enabled|disabled|required|optional|password|passw0rd|postgres|changeme|minioadmin|rabbitmq|localhost|placeholder|not-needed|no-key-required|lm-studio|dummy-key)$/i;

/** The values of an environment that must never be displayed: those whose name says so, and passwords in addresses. */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value = ""]) => {
    if (SECRET_NAME.test(name) && !NO_SECRET.test(name)) return NO_VALUE.test(value) ? [] : [value];
    return addressSecrets(value);
  });
}

/** The password of an address such as `postgres://user:password@host`, as it stands there and decoded. */
export function addressSecrets(value: string): string[] {
  if (!value.includes("://") || !URL.canParse(value)) return [];
  const { password } = new URL(value);
  if (password === "") return [];
  return [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
