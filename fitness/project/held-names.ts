/** Names of files that do more than their content says: a person looks at each change of one. */

interface Kind {
  /** What such a file does, as the end of the sentence "… changes, which …". */
  readonly why: string;
  readonly isOne: (path: string, name: string) => boolean;
}

const named =
  (pattern: RegExp) =>
  (_path: string, name: string): boolean =>
    pattern.test(name);
const placed =
  (pattern: RegExp) =>
  (path: string): boolean =>
    pattern.test(path);

const MANIFEST =
  /^(?:package\.json|deno\.jsonc?|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|requirements.*\.(?:txt|in)|Cargo\.toml|go\.(?:mod|work)|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|gradle\.properties|Gemfile|composer\.json|mix\.exs|Package\.swift|.*\.csproj|CMakeLists\.txt|pnpm-workspace\.yaml)$/i;

/** In the order in which the first one that fits is told. */
const KINDS: readonly Kind[] = [
  {
    why: "looks like a file of secrets",
    isOne: named(
      /^\.env(?!\.(?:example|sample|template|dist)$)(?:\..*)?$|^id_(?:rsa|dsa|ecdsa|ed25519)|\.(?:pem|key|p12|pfx|jks|keystore|kdbx)$|^\.?(?:credentials|secrets?)(?:\..*)?$|^\.(?:netrc|pgpass|htpasswd|npmrc|pypirc)$/i,
    ),
  },
  {
    why: "is obeyed by Git",
    isOne: named(/^\.git(?:attributes|modules|ignore|config|keep)$|^\.mailmap$/i),
  },
  {
    why: "runs when a person commits, merges or pushes",
    isOne: placed(
      /(?:^|\/)(?:\.husky|\.githooks|githooks|git-hooks)\/|(?:^|\/)(?:\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)|\.pre-commit-config\.ya?ml|\.overcommit\.yml|\.lintstagedrc.*|lint-staged\.config\..*|\.huskyrc.*)$/i,
    ),
  },
  {
    why: "decides what the CI server runs",
    isOne: placed(
      /^\.(?:github|gitea|forgejo)\/(?:workflows|actions)\/|^\.(?:circleci|buildkite|woodpecker)\/|(?:^|\/)(?:\.gitlab-ci\.ya?ml|\.travis\.yml|\.drone\.yml|Jenkinsfile.*|azure-pipelines.*\.ya?ml|bitbucket-pipelines\.yml|appveyor\.yml|\.cirrus\.yml|CODEOWNERS|renovate\.json5?|dependabot\.ya?ml)$/i,
    ),
  },
  {
    why: "decides how an editor or a shell starts programs here",
    isOne: placed(
      /^(?:\.vscode|\.idea|\.devcontainer|\.claude|\.cursor)\/|(?:^|\/)(?:\.envrc|\.mcp\.json|\.tool-versions|mise\.toml)$/i,
    ),
  },
  {
    why: "pins the dependencies that are installed",
    isOne: named(
      /^(?:bun\.lockb?|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|deno\.lock|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|Cargo\.lock|go\.(?:sum|work\.sum)|Gemfile\.lock|composer\.lock|mix\.lock|packages\.lock\.json|gradle\.lockfile)$/i,
    ),
  },
  { why: "decides which dependencies and scripts there are", isOne: named(MANIFEST) },
  {
    why: "decides how it is built or installed",
    isOne: named(
      /^(?:(?:GNU)?Makefile|.*\.mk|Dockerfile.*|Containerfile.*|(?:docker-)?compose.*\.ya?ml|justfile|Taskfile\.ya?ml|Rakefile|build\.rs|gradlew|gradlew\.bat|gradle-wrapper\..*|mvnw|mvnw\.cmd|\.yarnrc(?:\.yml)?|binding\.gyp)$/i,
    ),
  },
  {
    why: "decides how tests are run",
    isOne: placed(
      /(?:^|\/)(?:bunfig\.toml|pytest\.ini|tox\.ini|noxfile\.py|conftest\.py|\.coveragerc|(?:jest|vitest|vite|karma|playwright|cypress|ava|babel|wdio)[\w.-]*\.(?:config|conf|workspace)\.\w+|jest[\w.-]*\.json|\.mocharc.*|\.taprc|\.nycrc.*|\.c8rc.*|\.babelrc.*|nextest\.toml|phpunit\.xml.*|tsconfig.*\.json|sitecustomize\.py)$|(?:^|\/)\.cargo\//i,
    ),
  },
];

/** Why a change of this file is held, such as "pins the dependencies that are installed"; mostly there is no reason. */
export function heldFor(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return KINDS.find(({ isOne }) => isOne(path, name))?.why;
}

/** Whether a file names dependencies, so that a new one in it is worth telling. */
export function isManifest(path: string): boolean {
  return MANIFEST.test(path.slice(path.lastIndexOf("/") + 1));
}
