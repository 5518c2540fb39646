import './page.css';
import { createRoot, type Root } from 'react-dom/client';
import { App } from './app';
import { type Before, openSession } from './session';
import { Door } from './views/door';

const page = document.getElementById('page');
if (page !== null) void show(createRoot(page));

async function show(root: Root): Promise<void> {
  const before = await openSession().catch(unopened);
  root.render(before === undefined ? <App /> : <Door {...before} />);
}

/** The provider is not where it should be, or does not answer. */
const unopened = (error: unknown): Before => ({
  says: `You cannot be signed in now: ${error instanceof Error ? error.message : 'no reason was given'}.`,
  signIn: async () => location.reload(),
});
