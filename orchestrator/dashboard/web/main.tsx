import './page.css';
import { createRoot, type Root } from 'react-dom/client';
import { App } from './app';
import { openSession } from './open-session';
import type { SignInPrompt } from './session';
import { SignedOut } from './views/signed-out';

const page = document.getElementById('page');
if (page !== null) void show(createRoot(page));

async function show(root: Root): Promise<void> {
  const prompt = await openSession().catch(signInUnavailable);
  root.render(prompt === undefined ? <App /> : <SignedOut {...prompt} />);
}

/** The identity provider is misconfigured or does not answer. */
const signInUnavailable = (error: unknown): SignInPrompt => ({
  message: `Sign-in is not available: ${error instanceof Error ? error.message : 'no reason given'}.`,
  signIn: async () => location.reload(),
});
