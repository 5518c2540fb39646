import { builtBaseline } from '../test/simulation/baseline';
import { runScenario } from '../test/simulation/run';
import { drawScenario } from '../test/simulation/scenario';

async function main() {
  const baseline = await builtBaseline();
  const found = new Map<string, { n: number; seed: number; how: string }>();
  for (let s = 1; s <= Number(process.argv[2]); s++) {
    const { broken } = await runScenario(drawScenario(s), baseline);
    if (broken === undefined) continue;
    const f = found.get(broken.invariant) ?? { n: 0, seed: s, how: broken.how.slice(0, 160) };
    f.n++;
    found.set(broken.invariant, f);
  }
  for (const [k, v] of found) console.log(`   ${v.n} x ${k} (seed ${v.seed}) ${v.how}`);
}
void main();
