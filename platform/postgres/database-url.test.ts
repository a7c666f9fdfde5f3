import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { explain } from "#core/errors.ts";
import { readDatabaseUrls } from "./database-url.ts";

function refusalOf(text: string): string {
  try {
    readDatabaseUrls(text, "ORG_DB");
  } catch (error) {
    return explain(error, true);
  }
  throw new Error(`${text} was not refused`);
}

describe("an address of a database", () => {
  test("has a user, a password, a host, a port and a database", () => {
    expect(readDatabaseUrls("postgres://ada:p%40ss@db.example.com:5433/org", "ORG_DB")).toEqual([
      {
        ...{ hostname: "db.example.com", port: 5433, username: "ada", password: "p@ss" },
        ...{ database: "org", tls: "prefer", rootCertificate: undefined },
        name: "db.example.com:5433/org",
      },
    ]);
  });

  test("has PostgreSQL's port and no password unless it says so", () => {
    const [server] = readDatabaseUrls("postgresql://ada@[::1]/org", "ORG_DB");
    expect(server).toMatchObject({
      hostname: "::1",
      port: 5432,
      password: "",
      name: "[::1]:5432/org",
    });
  });

  test("can name the folder of a socket, and how TLS is used", () => {
    const url =
      "postgres://ada@localhost/org?host=/var/run/postgresql&sslmode=verify-full&sslrootcert=/etc/ca.pem";
    expect(readDatabaseUrls(url, "ORG_DB")).toEqual([
      expect.objectContaining({
        ...{ hostname: "/var/run/postgresql", tls: "verify-full", rootCertificate: "/etc/ca.pem" },
      }),
    ]);
  });

  test("is one of several where the next one begins, whatever the password holds", () => {
    const urls = "postgres://a:one,two@h1/org,postgres://b:x@h2/org,postgresql://c:y@h3/org";
    expect(readDatabaseUrls(urls, "ORG_DB").map(({ password, name }) => [password, name])).toEqual([
      ["one,two", "h1:5432/org"],
      ["x", "h2:5432/org"],
      ["y", "h3:5432/org"],
    ]);
  });

  test("gives back every password that was encoded into it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (password) => {
        const url = `postgres://ada:${encodeURIComponent(password)}@h/org`;
        expect(readDatabaseUrls(url, "ORG_DB")[0]?.password).toBe(password);
      }),
    );
  });
});

test.each([
  ["mysql://ada:hunter2@h/org", "does not begin with postgres://"],
  ["ada:hunter2@h/org", "does not begin with postgres://"],
  ["postgres://ada:hunter2@h:99999/org", "is not a URL"],
  ["postgres://ada:hunter2/x@h/org", "is not a URL"],
  ["postgres://:hunter2@h/org", "names no user"],
  ["postgres://ada:hunter2@h", "names no database"],
  ["postgres://ada:hunter2@h/a/b", "names no database"],
  ["postgres:///org", "names no host"],
  ["postgres://ada:hunter2@h/org?sslmode=maybe", "unknown sslmode"],
  ["postgres://ada:hunter2@h/org?sslrootcert=ca.pem", "not an absolute path"],
  ["postgres://ada:hunter2@h/org?password=hunter2", 'parameter "password"'],
  ["postgres://ada:x@h/org,postgres://ada:hunter2@h", "address 2 of 2 names no database"],
])("%s is refused, and its password is shown nowhere", (text, why) => {
  const refusal = refusalOf(text);
  expect(refusal).toContain(why);
  expect(refusal).toContain("The setting in ORG_DB cannot be used");
  expect(refusal).not.toContain("hunter2");
});
