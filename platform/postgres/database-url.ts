/** Addresses of PostgreSQL servers, read once: the displayed form of one holds no secret. */
import { invalid } from "#core/invalid-setting.ts";

/** How a connection is encrypted, in libpq's words. */
const TLS_MODES = ["disable", "prefer", "require", "verify-ca", "verify-full"] as const;
type TlsMode = (typeof TLS_MODES)[number];

export interface DatabaseUrl {
  /** A folder for a Unix socket, where it begins with "/". */
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly tls: TlsMode;
  /** Absolute path of the certificates to trust; absent: those of the system. */
  readonly rootCertificate?: string | undefined;
  /** "HOST:PORT/DATABASE", to show. */
  readonly name: string;
}

const DEFAULT_PORT = 5432;
const PARAMETERS = ["sslmode", "sslrootcert", "host"];
/** A list is cut where a next address begins: a password may hold a comma. */
const NEXT = /,(?=postgres(?:ql)?:\/\/)/;

/**
 * Reads a list of addresses, of which every one leads to a server of the same data.
 *
 * @param source the name of the variable or the path of the file that says it.
 * @throws {OrgError} `CONFIG_INVALID`, without a part of the address.
 */
export function readDatabaseUrls(text: string, source: string): readonly DatabaseUrl[] {
  const texts = text.trim().split(NEXT);
  return texts.map((one, index) =>
    readUrl(one, (why) => {
      const which = texts.length === 1 ? "the address" : `address ${index + 1} of ${texts.length}`;
      return invalid(source, `${which} ${why}`);
    }),
  );
}

type Refuse = (why: string) => Error;

function readUrl(text: string, refuse: Refuse): DatabaseUrl {
  if (!/^postgres(?:ql)?:\/\//.test(text)) {
    throw refuse(
      "does not begin with postgres://; it reads postgres://USER:PASSWORD@HOST/DATABASE",
    );
  }
  if (!URL.canParse(text)) {
    throw refuse("is not a URL; in a password, write %40 for @, %2F for / and %25 for %");
  }
  const url = new URL(text);
  const hostname = url.searchParams.get("host") ?? url.hostname.replace(/^\[|\]$/g, "");
  const username = decode(url.username);
  const database = decode(url.pathname.slice(1));
  if (hostname === "") throw refuse("names no host");
  if (username === "") throw refuse("names no user");
  if (database === "" || database.includes("/")) throw refuse("names no database behind the host");
  const unknown = [...url.searchParams.keys()].find((key) => !PARAMETERS.includes(key));
  if (unknown !== undefined) {
    throw refuse(
      `has the parameter ${JSON.stringify(unknown.slice(0, 40))}; known are ${PARAMETERS.join(", ")}`,
    );
  }
  const port = url.port === "" ? DEFAULT_PORT : Number(url.port);
  return {
    ...{ hostname, port, username, database, password: decode(url.password) },
    ...tlsOf(url, refuse),
    name: `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/${database}`,
  };
}

function tlsOf(url: URL, refuse: Refuse): Pick<DatabaseUrl, "tls" | "rootCertificate"> {
  const sslMode = url.searchParams.get("sslmode") ?? "prefer";
  const tls = TLS_MODES.find((mode) => mode === sslMode);
  if (tls === undefined) {
    throw refuse(`has an unknown sslmode; known are ${TLS_MODES.join(", ")}`);
  }
  const rootCertificate = url.searchParams.get("sslrootcert") ?? undefined;
  if (rootCertificate?.startsWith("/") === false) {
    throw refuse("has an sslrootcert that is not an absolute path");
  }
  return { tls, rootCertificate };
}

/** What is not a code of a character stays as it is: a password with a % in it is understood, too. */
function decode(text: string): string {
  return new URLSearchParams(`x=${text.replace(/[+&]/g, encodeURIComponent)}`).get("x") ?? "";
}
