/** Provides the built-in texts of Cloudscape components. It is not part of the first view, which uses none of them. */
import I18nProvider from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import type { ReactNode } from 'react';

export const Cloudscape = ({ children }: { readonly children: ReactNode }) => (
  <I18nProvider locale="en" messages={[messages]}>
    {children}
  </I18nProvider>
);
