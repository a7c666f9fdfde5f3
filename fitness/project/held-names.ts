/**
 * Names of files that do more than their content says: a person looks at each change of one. They are listed by what obeys
 * such a file, and each name counts in any case: a file system may know no difference.
 */
import { looksSecret } from "#core/text/secret-names.ts";

interface Kind {
  /** What such a file does, as the end of the sentence "… changes, and it …". */
  readonly why: string;
  readonly isOne: (path: string, name: string) => boolean;
}

/** By the name of the file alone, or by the whole path. */
const named =
  (...patterns: readonly RegExp[]) =>
  (_path: string, name: string): boolean =>
    patterns.some((pattern) => pattern.test(name));
const atPath =
  (...patterns: readonly RegExp[]) =>
  (path: string): boolean =>
    patterns.some((pattern) => pattern.test(path));
const either =
  (first: Kind["isOne"], second: Kind["isOne"]): Kind["isOne"] =>
  (path, name) =>
    first(path, name) || second(path, name);

const isManifestName = either(
  named(
    /^(?:package\.json|deno\.jsonc?|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|(?:requirements|constraints).*\.(?:txt|in)|Cargo\.toml|go\.(?:mod|work)|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|gradle\.properties|Gemfile|.*\.gemspec|composer\.json|mix\.exs|Package\.swift|.*\.(?:cs|fs|vb)proj|nuget\.config|packages\.config|CMakeLists\.txt|pnpm-workspace\.yaml|pubspec\.yaml|build\.sbt|.*\.cabal|deps\.edn|project\.clj|.*\.versions\.toml)$/i,
  ),
  atPath(/(?:^|\/)requirements\/[^/]+\.(?:txt|in)$/i),
);

/** What pytest and unittest import, but for what is built in; measured with Python 3.11 and pytest 9. */
const PYTHON_MODULES =
  "abc argparse ast attr base64 bdb bisect bz2 calendar cmd code codecs codeop collections contextlib copy copyreg csv dataclasses datetime decimal difflib dis email encodings enum exceptiongroup fnmatch functools genericpath gettext glob hashlib heapq importlib iniconfig inspect io ipaddress json keyword linecache locale logging lzma ntpath numbers opcode operator os packaging pathlib pdb pkgutil platform pluggy posixpath pprint py pygments pytest quopri random re reprlib runpy selectors shlex shutil signal site socket stat string struct subprocess tempfile textwrap threading token tokenize tomllib traceback types typing unittest urllib uuid warnings weakref xml zipfile zipimport";

const PROGRAMS =
  "bunx? nodejs npm npx pnpm yarn corepack deno tsx ts-node tsc python[\\d.]* pip\\d? pytest py\\.test uvx? poetry tox nox cargo rustc go gofmt make gmake cmake ctest ninja mvn gradle java javac ruby rake rspec bundle php phpunit composer mix elixir dotnet swift sh bash dash zsh env git test \\[ eslint biome oxlint prettier ruff mypy pyright flake8 pylint golangci-lint jest vitest mocha ava tap playwright cypress just task";

const alternatives = (text: string): string => text.split(" ").join("|");

const RUNS_TESTS = "decides how tests are run";
const BUILDS = "decides how it is built or installed";

/** In the order in which the first one that fits is reported. */
const KINDS: readonly Kind[] = [
  {
    why: "looks like a file of secrets",
    // More than what models do not see: here a person has to look, and nothing is missing.
    isOne: (path, name) =>
      looksSecret(path) ||
      /^id_(?:rsa|dsa|ecdsa|ed25519)|^\.?(?:credentials|secrets?)(?:\..*)?$/i.test(name),
  },
  {
    why: "is obeyed by Git",
    isOne: either(
      named(/^\.git(?:attributes|modules|ignore|config|keep)$|^\.mailmap$/i),
      // What makes a folder a repository without a work tree: Git obeys its settings to who stands in it.
      atPath(/(?:^|\/)(?:HEAD|commondir)$|\.git\/(?:config(?:\.worktree)?$|hooks\/)/i),
    ),
  },
  {
    why: "runs when a person commits, merges or pushes",
    isOne: atPath(
      /(?:^|\/)(?:\.husky|\.githooks|githooks|git-hooks)\/|(?:^|\/)(?:\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)|\.pre-commit-config\.ya?ml|\.overcommit\.yml|\.lintstagedrc.*|lint-staged\.config\..*|\.huskyrc.*)$/i,
    ),
  },
  {
    why: "decides what the CI server runs",
    isOne: atPath(
      /^\.(?:github|gitea|forgejo)\/(?:workflows|actions)\/|^\.(?:circleci|buildkite|woodpecker|gitlab|pipelines)\/|(?:^|\/)(?:\.gitlab-ci\.ya?ml|\.travis\.yml|\.drone\.yml|Jenkinsfile.*|azure-pipelines.*\.ya?ml|bitbucket-pipelines\.yml|appveyor\.yml|\.cirrus\.yml|\.?codecov\.ya?ml|cloudbuild.*\.ya?ml|buildspec.*\.ya?ml|CODEOWNERS|renovate\.json5?|dependabot\.ya?ml)$/i,
    ),
  },
  {
    why: "decides how an editor or a shell starts programs here",
    isOne: atPath(
      /^(?:\.vscode|\.idea|\.devcontainer|\.claude|\.cursor)\/|(?:^|\/)(?:\.envrc|\.mcp\.json)$/i,
    ),
  },
  {
    why: "decides which versions of programs run",
    isOne: named(
      /^(?:\.(?:nvmrc|sdkmanrc)|\.[\w-]+-version|\.tool-versions|\.?mise(?:\.\w+)?\.toml|rust-toolchain(?:\.toml)?|global\.json)$/i,
    ),
  },
  {
    why: "pins the dependencies that are installed",
    isOne: named(
      /^(?:bun\.lockb?|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|.*\.lock(?:\.json|file)?|go\.(?:sum|work\.sum)|packages\.lock\.json|verification-metadata\.xml|Package\.resolved)$/i,
    ),
  },
  {
    // A runner loads plugins of what it takes for installed, wherever it finds it.
    why: "holds programs and modules of others",
    isOne: atPath(
      /(?:^|\/)(?:node_modules|bower_components|\.bin|\.venv|venv|(?:site|dist)-packages|third_party\/bin|vendor|\.yarn|[^/]*\.(?:dist|egg)-info|__pypackages__)\/|\.(?:pth|egg-link)$/i,
    ),
  },
  { why: "decides which dependencies and scripts there are", isOne: isManifestName },
  {
    why: "takes the place of a module that runners of Python load",
    isOne: atPath(
      new RegExp(
        `^(?:(?:tests?|src|lib)/)?(?:${alternatives(PYTHON_MODULES)}|_pytest|pytest_\\w+)(?:/__init__)?\\.(?:pyc?|so|pyd)$`,
        "i",
      ),
    ),
  },
  {
    why: "has the name of a program that checks call",
    isOne: named(
      new RegExp(`^(?:${alternatives(PROGRAMS)}|node)(?:\\.(?:exe|cmd|bat|com))?$`, "i"),
    ),
  },
  {
    why: RUNS_TESTS,
    isOne: atPath(
      /(?:^|\/)(?:\.?bunfig\.toml|\.?pytest\.(?:ini|toml)|tox\.(?:ini|toml)|noxfile\.py|conftest\.py|(?:site|user)customize\.py|\.coveragerc|(?:jest|vitest|vite|karma|playwright|cypress|ava|wdio|web-test-runner|nightwatch|codecept|testcafe|tap|uvu)[\w.-]*\.(?:config|conf|workspace|json)(?:\.\w+)?|jest[\w.-]*\.(?:json|[cm]?[jt]s)|cypress\.json|testem\..*|stryker\.(?:conf|config)\..*|cucumber\.(?:[cm]?js|json|ya?ml)|\.?jasmine\.(?:json|[cm]?js)|node\.config\.json|\.(?:mocha|tap|nyc|c8|babel|lab)rc.*|nextest\.toml|phpunit\.xml.*|(?:ts|js)config.*\.json|\.rspec|testng.*\.xml|junit-platform\.properties|xunit\.runner\.json|dart_test\.yaml|.*\.runsettings|CTest\w*\.cmake|(?:spec|rails|test)_helper\.(?:rb|exs))$|(?:^|\/)\.cargo\//i,
      // What such a file usually loads before the first test.
      /(?:^|\/)(?:(?:test|jest|vitest|mocha|bun)[._-]?(?:setup|preload)|setup[._-]?(?:tests?|jest|vitest|env)\w*)[\w.-]*\.[cm]?[jt]sx?$|(?:^|\/)(?:tests?|specs?|__tests__|e2e)\/(?:.*\/)?(?:global[._-]?)?(?:setup|teardown|preload)\.[cm]?[jt]sx?$/i,
    ),
  },
  { why: "tells tools what to leave out", isOne: named(/^\.[\w-]*ignore$/i) },
  {
    why: "decides what a linter or a type checker objects to",
    isOne: named(
      /^(?:biome\.jsonc?|(?:eslint|prettier|stylelint|commitlint|ls-lint|size-limit|xo|markdownlint|textlint|secretlint)\.config\..*|\.?(?:ox|ts)lint(?:rc)?\.jsonc?|\.(?:eslint|prettier|stylelint|jshint|jscs|oxlint|pylint|pyre_|shellcheck|luacheck|markdownlint|textlint|remark|secretlint|htmlhint|dependency-cruiser|cspell|spectral|sqlfluff|hadolint|yamllint|semgrep|swiftlint|rubocop|credo|golangci|bandit|flake8|isort|pydocstyle|style|scalafmt|scalafix|clang-(?:tidy|format)|clangd|php-cs-fixer|php_cs|solhint|ls-lint|size-limit|gitleaks|editorconfig|phpstan|dialyzer)[\w.-]*|\.?(?:ruff|ty|pyrefly|clippy|rustfmt|taplo|typos|gitleaks)\.toml|\.?mypy\.ini|pylintrc|pyrightconfig\.json|bandit\.ya?ml|deny\.toml|staticcheck\.conf|revive\.toml|checkstyle.*\.xml|pmd.*\.xml|spotbugs.*\.xml|detekt.*\.ya?ml|phpstan[\w.-]*\.neon(?:\.dist)?|psalm.*\.xml.*|analysis_options\.ya?ml|knip\.(?:jsonc?|[jt]s)|dprint\.jsonc?|c?spell\.(?:json|ya?ml)|sonar-project\.properties)$/i,
      /^\.pyre_configuration$/i,
    ),
  },
  {
    why: BUILDS,
    isOne: either(
      atPath(
        /(?:^|\/)(?:buildSrc|\.mvn)\/|^gradle\//i,
        // In the sources of a program it is one of its modules.
        /^(?!(?:.*\/)?(?:src|app|lib|config)\/)(?:.*\/)?[\w-]+\.config\.(?:[cm]?[jt]s|json)$/i,
      ),
      named(
        /^(?:(?:GNU)?Makefile(?:\.(?!md$|txt$|rst$).*)?|.*\.(?:mk|mak|cmake)|CMake\w*Presets\.json|(?:Docker|Container)file(?!.*\.[cm]?[jt]s$).*|(?:docker-)?compose.*\.ya?ml|\.?justfile|Taskfile\.ya?ml|Rakefile|build\.rs|gradlew|gradlew\.bat|gradle-wrapper\..*|.*\.gradle(?:\.kts)?|mvnw|mvnw\.cmd|binding\.gyp)$/i,
        /^(?:meson\.build|meson_options\.txt|meson\.options|BUILD|WORKSPACE|(?:BUILD|WORKSPACE|MODULE)\.bazel|.*\.bzl|SConstruct|wscript|configure(?:\.ac|\.in)?|build\.(?:ninja|xml|zig|zig\.zon)|flake\.nix|shell\.nix|default\.nix|Directory\..*|dune|dune-project|Procfile|Earthfile)$/i,
        /^(?:\.pnpmfile\.[cm]?js|\.pnp\..*|(?:turbo|nx|lerna|rush)\.json|webpack\..*|\.[\w-]+rc(?:\.(?:json[c5]?|ya?ml|toml|[cm]?[jt]s))?)$/i,
      ),
    ),
  },
];

/** Why a change of this file is held, such as "pins the dependencies that are installed"; mostly there is no reason. */
export function heldFor(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return KINDS.find(({ isOne }) => isOne(path, name))?.why;
}

/** Whether a file may name programs and modules that a builder or a runner of tests loads. */
export function isSettings(path: string): boolean {
  const why = heldFor(path) ?? "";
  return why === RUNS_TESTS || why === BUILDS || isManifest(path);
}

/** Whether a file names dependencies, so that a new one in it is worth telling. */
export function isManifest(path: string): boolean {
  return isManifestName(path, path.slice(path.lastIndexOf("/") + 1));
}
