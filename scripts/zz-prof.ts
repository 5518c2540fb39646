import { builtBaseline } from '../test/simulation/baseline';
import { runScenario } from '../test/simulation/run';
import { drawScenario } from '../test/simulation/scenario';

async function main() {
  const [from = '1', count = '200', ...without] = process.argv.slice(2);
  const baseline = await builtBaseline();
  const t = process.cpuUsage();
  let rollouts = 0;
  for (let s = Number(from); s < Number(from) + Number(count); s++)
    rollouts += (await runScenario(drawScenario(s, { without }), baseline)).rollouts;
  const u = process.cpuUsage(t);
  console.log(rollouts, 'rollouts', (u.user + u.system) / 1000 / rollouts, 'ms cpu each');
}
void main();
