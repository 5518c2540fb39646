/** Runs seeds until an invariant breaks, to try a seeded fault. The exit status is 1 if one does. */
import { synthesizeStateMachine } from '../state-machine/synthesize';
import { builtBaseline } from '../test/simulation/baseline';
import { checkSeed } from '../test/simulation/report';

/** A few seeds show whether a run depends on its seed alone. */
const seedsTwice = 10;

async function main(): Promise<number> {
  const [seeds = '100', story = 'built', first = ''] = process.argv.slice(2);
  const built = await builtBaseline();
  const baseline = story === 'synthesized' ? { ...built, definition: synthesizeStateMachine() } : built;
  const named = first.split(',').filter(Boolean).map(Number);
  const common = Array.from({ length: Number(seeds) }, (_, index) => index + 1);
  for (const seed of [...named, ...common]) {
    const { failure } = await checkSeed(seed, baseline, { twice: seed <= seedsTwice, shrinks: false });
    if (failure === undefined) continue;
    console.log(failure.split('\n').slice(0, 2).join(' '));
    return 1;
  }
  return 0;
}

void main().then((status) => {
  process.exitCode = status;
});
