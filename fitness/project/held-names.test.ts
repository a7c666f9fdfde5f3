/** Which names are held, by what obeys the file; and which are not, because a hold there would only be in the way. */
import { describe, expect, test } from "bun:test";
import { heldFor } from "./held-names.ts";

const HELD: readonly (readonly [why: string, paths: string])[] = [
  [
    "is obeyed by Git",
    ".gitattributes sub/.gitmodules a/HEAD data/commondir test/data/x.git/config x.git/hooks/post-checkout x.git/config.worktree",
  ],
  [
    "holds programs and modules of others",
    "node_modules/.bin/vitest node_modules/vitest/index.js packages/a/node_modules/x/y.js .venv/bin/pytest venv/lib/python3.11/site-packages/x.pth vendor/modules.txt .yarn/releases/yarn-4.cjs .yarn/plugins/x.cjs third_party/bin/x.js evil-1.0.dist-info/entry_points.txt x.egg-info/entry_points.txt x.pth bower_components/x/y.js .bin/bun",
  ],
  [
    "has the name of a program that checks call",
    "bun bin/bun pytest tools/python3 script/test node cargo go make npx.cmd eslint bin/tsc ruff sh GIT",
  ],
  [
    "takes the place of a module that runners of Python load",
    "pytest.py pytest/__init__.py unittest.py tests/json.py src/re.py _pytest/__init__.py pluggy.py types.py test/unittest/__init__.py",
  ],
  [
    "decides which versions of programs run",
    ".nvmrc .node-version .python-version rust-toolchain rust-toolchain.toml .tool-versions .ruby-version .java-version .sdkmanrc .bun-version mise.toml .mise.toml .config/mise.toml global.json .go-version",
  ],
  [
    "decides how it is built or installed",
    "Makefile makefile GNUmakefile Makefile.inc Makefile.am rules.mk sub/makefile.win build.rs crates/a/build.rs CMakePresets.json cmake/x.cmake meson.build meson_options.txt BUILD BUILD.bazel WORKSPACE MODULE.bazel defs.bzl .bazelrc SConstruct wscript configure.ac build.ninja build.xml build.zig flake.nix shell.nix default.nix buildSrc/src/X.kt .mvn/jvm.config .mvn/extensions.xml gradle/wrapper/gradle-wrapper.jar init.gradle Directory.Build.props Directory.Build.targets .pnpmfile.cjs .pnp.cjs .pnp.loader.mjs turbo.json nx.json lerna.json webpack.config.js rollup.config.mjs next.config.js .yarnrc.yml babel.config.js .swcrc Procfile dune dune-project",
  ],
  [
    "decides how tests are run",
    "bunfig.toml .bunfig.toml pytest.ini .pytest.ini pytest.toml .pytest.toml tox.ini tox.toml conftest.py a/b/conftest.py sitecustomize.py usercustomize.py noxfile.py .coveragerc vitest.config.ts vitest.workspace.ts vite.config.js jest.config.cjs jest.setup.ts jest-preset.js jest.config.json karma.conf.js playwright.config.ts cypress.config.ts cypress.json .mocharc .mocharc.yml .mocharc.cjs ava.config.js .taprc .nycrc.json .c8rc.json nextest.toml .config/nextest.toml phpunit.xml.dist tsconfig.json tsconfig.base.json jsconfig.json .cargo/config.toml .cargo/config .rspec .jasmine.json spec/support/jasmine.json spec/support/jasmine.mjs wdio.conf.ts web-test-runner.config.mjs node.config.json testng.xml junit-platform.properties dart_test.yaml .runsettings test.runsettings xunit.runner.json cucumber.js setupTests.ts src/setupTests.js vitest.setup.ts test/setup.ts tests/global-setup.ts spec/spec_helper.rb test/test_helper.exs test/test_helper.rb CTestCustom.cmake jasmine.json nightwatch.conf.js testem.js stryker.conf.json",
  ],
  [
    "decides what a linter or a type checker objects to",
    "biome.json biome.jsonc .eslintrc .eslintrc.cjs .eslintrc.json eslint.config.js eslint.config.mjs eslint.config.ts .oxlintrc.json oxlint.json .prettierrc prettier.config.js tslint.json .jshintrc ruff.toml .ruff.toml mypy.ini .mypy.ini .flake8 .pylintrc pylintrc pyrightconfig.json .pydocstyle .bandit clippy.toml .clippy.toml rustfmt.toml .rustfmt.toml deny.toml .golangci.yml .golangci.yaml .golangci.toml .golangci.json staticcheck.conf revive.toml .rubocop.yml .rubocop_todo.yml .clang-tidy .clang-format .clangd checkstyle.xml pmd.xml spotbugs-exclude.xml detekt.yml .editorconfig phpstan.neon phpstan.neon.dist phpstan-baseline.neon psalm.xml .php-cs-fixer.php .credo.exs .swiftlint.yml analysis_options.yaml .shellcheckrc .yamllint .yamllint.yml .markdownlint.json .stylelintrc.json stylelint.config.js knip.json .dependency-cruiser.js cspell.json sonar-project.properties .semgrep.yml .hadolint.yaml .sqlfluff .luacheckrc pyrefly.toml ty.toml dprint.json .scalafmt.conf .isort.cfg .spectral.yaml commitlint.config.js",
  ],
  [
    "tells tools what to leave out",
    ".eslintignore .prettierignore .biomeignore .stylelintignore .dockerignore .npmignore .trivyignore .ignore",
  ],
  [
    "decides which dependencies and scripts there are",
    "package.json a/package.json pyproject.toml setup.cfg setup.py Cargo.toml go.mod go.work deno.json requirements/dev.txt constraints.txt x.gemspec pubspec.yaml build.sbt gradle/libs.versions.toml deps.edn project.clj x.fsproj nuget.config packages.config",
  ],
  [
    "decides what the CI server runs",
    ".github/workflows/a.yml .github/actions/x/action.yml codecov.yml .codecov.yml .travis.yml azure-pipelines.yml .gitlab/ci/a.yml cloudbuild.yaml buildspec.yml .pipelines/x.yml",
  ],
  ["looks like a file of secrets", ".npmrc .env .env.test .env.local a/.env.production"],
  [
    "pins the dependencies that are installed",
    "pubspec.lock flake.lock MODULE.bazel.lock gradle/verification-metadata.xml Package.resolved deno.lock",
  ],
];

const twin = (path: string): string =>
  path === path.toLowerCase() ? path.toUpperCase() : path.toLowerCase();

describe("a file that", () => {
  test.each(HELD)("%s is held, and so is its twin in other case", (why, paths) => {
    const others = paths
      .split(" ")
      .flatMap((path) => [path, twin(path)])
      .filter((path) => heldFor(path) !== why);
    expect(others.map((path) => `${path}: ${heldFor(path)}`)).toEqual([]);
  });

  test("is the product itself, its tests or its documentation is not held", () => {
    const paths =
      "src/index.ts src/config/app.config.ts src/app.config.ts lib/build.ts src/make.ts src/test.ts test/add.test.ts tests/test_add.py src/pkg/types.py shop/logging.py email/template.html docs/pytest.md README.md .env.example src/bun.rs cmd/go/main.go internal/test/x.go src/node/index.ts go/x.go python3/x.py src/settings.json app/config.ts data/test.json src/setup/index.ts src/requirements.ts app/models/package.py test/containerfile.ts test/json.test.ts jest.md src/eslint/rule.ts src/vendor.ts docs/makefile.md fixtures/a.lock.txt src/buildspec.ts queue.py src/modules/a.js venvs.py pytest_helpers/README.md src/global.ts public/site.webmanifest styles/main.css migrations/0001_init.sql src/git.ts .well-known/security.txt src/node_modules.ts";
    expect(
      paths
        .split(" ")
        .flatMap((path) => (heldFor(path) === undefined ? [] : [`${path}: ${heldFor(path)}`])),
    ).toEqual([]);
  });
});
