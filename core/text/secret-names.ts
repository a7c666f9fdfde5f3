/** Files that hold secrets by their names. */

/** Samples that a repository ships on purpose. */
const SAMPLE = /\.(?:example|sample|template|dist)$/;

/** Files in which programs keep what they log in with. */
export const SECRET_FILES: readonly string[] = [
  ...[".npmrc", ".pypirc", ".netrc", "_netrc", ".pgpass", ".git-credentials", ".dockercfg"],
  ...[".htpasswd", ".my.cnf", ".vault-token"],
];

/** Folders whose every file is taken for a secret. */
export const SECRET_FOLDERS: readonly string[] = [".ssh", ".gnupg", ".aws", ".azure", ".kube"];

const SECRET: readonly RegExp[] = [
  /^\.env(?:$|[.-])/,
  /^\.envrc$/,
  /\.(?:pem|key|p12|pfx|pkcs12|keystore|jks|ppk|kdbx|gpg)$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)/,
  // A program called credentials.ts holds none.
  /^credentials(?:$|[.-](?:json|ya?ml|toml|ini|csv|xml|db|properties|txt|bak))/,
  /^service[-_]account.*\.json$/,
  /^secrets?\.(?:ya?ml|json|toml|ini|env)$/,
];

/** No other path is a secret: one look decides most of them, which matters where there are 200,000. */
const MAYBE =
  /(?:^|\/)(?:[._]|id_|credentials|service|secret)|\.(?:pem|key|p12|pfx|pkcs12|keystore|jks|ppk|kdbx|gpg)$/i;

/**
 * Whether a file is taken for a secret because of its name: it is then not shown to a model and not committed by a room.
 *
 * @param path relative to the top of the repository, with `/` between names.
 */
export function looksSecret(path: string): boolean {
  if (!MAYBE.test(path)) return false;
  const names = path.toLowerCase().split("/");
  const name = names.at(-1) ?? "";
  if (names.slice(0, -1).some((folder) => SECRET_FOLDERS.includes(folder))) return true;
  if (isSample(name) || name.endsWith(".pub")) return false;
  return SECRET_FILES.includes(name) || SECRET.some((pattern) => pattern.test(name));
}

/** Whether a repository ships a file on purpose, for others to fill in, as its name says: `.env.example`. */
export function isSample(path: string): boolean {
  return SAMPLE.test(path.toLowerCase());
}
