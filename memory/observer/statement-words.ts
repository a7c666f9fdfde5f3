/** Words of which lasting statements are put together, as parts of patterns. */

const alternation = (text: string): string => `(?:${text.trim().split(/\s+/).join("|")})`;

/** What a person uses, looks after or has in a place: it is so for months. */
export const STANDING: string = alternation(`
  use own maintain support store publish teach study breed
`);

/** What is done at one time, or again and again: a sign of a habit tells which. */
export const REPEATED: string = alternation(`
  run write read test review release ship merge branch tag sign buy pay eat drink bake cook grow swim walk ride drive
  fly cycle travel meet train print scan back delete archive rotate renew send answer call bill charge order log commit
  squash rebase push pull demo measure count accept reject close open start stop hire mark name number format document
  render build compile lint bump plan take get give pin index generate convert return raise catch avoid share report
  track water feed clean roll serve visit post check type produce deploy keep host use work play sing develop sell
  import export publish invoice back
`);

/** How something is for good. */
export const FOR_GOOD: string = alternation(`
  mandatory optional forbidden deprecated read-only singular plural lowercase uppercase left-handed right-handed
  colou?r-?blind deaf dyslexic bilingual vegetarian vegan diabetic case-sensitive
`);

/** How something is set up: no point in time made it so. */
export const SET_UP: string = alternation(`
  named hosted stored kept based located numbered formatted versioned encrypted licen[cs]ed managed maintained owned
  pinned limited capped protected reserved written replicated partitioned sharded tuned allergic
`);

/** What is done to something: once, or, where it is said by whom or how often, as a rule. */
export const DONE: string = alternation(`
  made built run served signed tagged tested archived deployed released generated published reviewed approved squashed
  merged rotated reset rebuilt counted measured paid billed delivered cut closed open due cleaned removed
  deleted renewed checked taken sent backed frozen branched updated planned invoiced shipped
`);

/** What a person is for good. */
export const BODY: string = alternation(`
  vegetarian vegan diabetic colou?r-?blind left-handed right-handed deaf blind dyslexic asthmatic retired self-employed
  bilingual
`);

export const PROFESSION: string = alternation(`
  developer engineer programmer designer teacher nurse doctor dentist lawyer accountant carpenter electrician plumber
  farmer gardener baker cook chef driver pilot student freelancer writer author editor journalist translator librarian
  architect biologist chemist physicist mathematician economist psychologist pharmacist therapist photographer musician
  painter potter luthier mechanic technician administrator admin sysadmin analyst consultant manager director founder
  contractor researcher scientist professor lecturer historian geologist midwife paramedic surgeon vet brewer butcher
  tailor hairdresser postman firefighter soldier sailor captain pensioner vegetarian vegan owner maintainer treasurer
  chairman chairwoman secretary lead
`);

/** What people have for years. */
export const LASTING_OWN: string = alternation(`
  children kids daughters? sons? brothers? sisters? twins cats? dogs? horses? goats? hens bees parrots? rabbits?
  monitors? offices? environments? employees servers? shops? restaurants? bakery farm garden garage workshop balcony
  chickens sheep cows pigs hives fields hectares vineyards orchards chickens boats? bikes? cars? motorbikes? trucks?
  vans? guitars? pianos? violins? looms? kilns? apartments? flats? houses? rooms?
  asthma diabetes epilepsy migraines allergy allergies degree toddlers? baby babies grandchildren nephews nieces dishwasher lift branches repositories repos contract
`);

/** Illnesses by their names. */
export const ILLNESS: string = alternation(`
  asthma diabetes epilepsy allergy allergies disease syndrome arthritis migraines dyslexia adhd autism
`);

/** Things of a project, a firm or a house that are set up once. A thing that moves is none of them. */
export const THING: string = alternation(`
  api app apps application backend frontend server servers service services database databases db table tables schema
  cluster node nodes machine machines box laptop laptops router printer printers sensor sensors gateway proxy balancer
  cache queue broker bucket disk disks nas vault repo repos repository repositories monorepo codebase code module
  modules package packages library library's framework linter formatter compiler engine editor shell terminal font
  keyboard layout theme site website blog wiki docs documentation readme handbook guide manual changelog config
  configuration settings secrets credentials keys certificates domain domains dns mail newsletter channel pipeline ci
  build builds jobs cron backup backups logs metrics alerts alarms monitoring dashboard dashboards report reports invoices
  prices budget contracts licence license policy office offices shop shops store warehouse factory kitchen canteen
  bakery restaurant practice clinic school lab workshop studio basement garden museum church station harbour gate
  shift shifts standup stand-up retro retros planning reviews releases deploys deployments hotfixes branches
  tags commits tickets prs environment staging prod production dev trunk product project firmware dataset data model
  models fixtures tests test suite migrations scripts tooling toolchain customers clients suppliers vendors colleagues
  orders goods books films photos pictures charts dates times temperatures amounts names numbers files images
  identifiers headings subjects messages currency units timezone zone limit quota retention period port prefix suffix
  version versions freezer sales rolls flags payments dotfiles logging billing auth authentication traffic routing search caching
  deployment linting formatting packaging wifi migrations
`);

/** Those of them of which it is said how many of something they have. */
export const MACHINE: string = alternation(`
  machine machines box laptop server servers node nodes cluster router runner runners office team warehouse house flat
  apartment school company restaurant shop canteen kitchen lab building
`);

/** Those of one's own life. */
export const PERSON: string = alternation(`
  wife husband partner girlfriend boyfriend mother father mom mum dad grandmother grandfather grandma grandpa son
  daughter brother sister child children kids parents aunt uncle cousin nephew niece twins family boss manager
  colleague assistant secretary accountant lawyer doctor dentist landlord teacher professor supervisor tutor designer
  tester lead ceo cto founder vendor supplier contact team cat cats dog dogs horse name nickname language tongue handle
  username address e-mail hometown timezone
`);

/** Names that are written small as well. */
export const TOOL: string = alternation(`
  pnpm npm yarn bun deno git svn vim neovim nvim emacs tmux fish zsh bash docker podman kubernetes k8s nginx apache
  haproxy postgres postgresql mysql mariadb sqlite redis kafka rust golang python java kotlin typescript javascript
  react svelte vue django rails pytest jest vitest ruff eslint prettier biome terraform ansible helm jenkins gitlab
  github jira slack linux debian ubuntu fedora arch nixos macos windows android ios csv json yaml xml pdf latex
  markdown html utf-8 utc cet systemd aws azure gcp vault
`);
