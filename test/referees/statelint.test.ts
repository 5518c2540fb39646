/** statelint: another reader of the Amazon States Language, over the definition that is deployed. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { refereeTool } from '../../scripts/referees';

const definition = join(__dirname, '..', '..', 'dist', 'state-machine.json');

const linted = (...args: readonly string[]): Promise<readonly string[]> =>
  new Promise((resolve) => {
    execFile(refereeTool('statelint', 'statelint'), [...args, definition], (_, out, err) =>
      resolve(`${out}${err}`.split('\n').filter((line) => line !== '')),
    );
  });

test('it finds nothing in the definition', async () => {
  expect(await linted('--ignore=FLOAT')).toEqual([]);
});

test('it takes BackoffRate 2 for no float, as JSON has but one kind of number', async () => {
  const found = (await linted()).filter((line) => line.includes('BackoffRate'));

  expect(found).not.toEqual([]);
  for (const line of found) expect(line).toMatch(/BackoffRate.*should be a Float/);
});
