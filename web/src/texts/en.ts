import account from './en/account.ts';
import deadLetters from './en/dead-letters.ts';
import { device, devices, overview } from './en/devices.ts';
import { compare, events, tasks } from './en/events.ts';
import gateways from './en/gateways.ts';
import parts from './en/parts.ts';
import pendingDevices from './en/pending-devices.ts';
import platform from './en/platform.ts';
import refusals from './en/refusals.ts';

/** Every text of the page, by view. Another language is another file of this shape; `{0}` stands for what is filled in. */
export default {
  app: {
    name: 'StepCloud',
    skip: 'Skip to content',
    navigation: 'Main',
    menu: 'Menu',
    account: 'Account of {0}',
    signOut: 'Sign out',
    theme: 'Appearance',
    themes: { light: 'Light', dark: 'Dark', system: 'System' },
    retry: 'Try again',
    loading: 'Loading',
    more: 'Show more',
    cancel: 'Cancel',
    save: 'Save',
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    noAnswer: 'StepCloud does not answer. Is the network there? ({0})',
    request: 'Request {0}',
    never: 'never',
  },
  signIn: {
    title: 'Sign in',
    email: 'Email address',
    password: 'Password',
    submit: 'Sign in',
    forgotten: 'Forgotten your password?',
    ended: 'Your session has ended. Please sign in again.',
  },
  forgottenPassword: {
    title: 'Set a new password',
    explain: 'Give the email address of your account. If there is one, a mail with a link comes within a minute.',
    submit: 'Send the link',
    sent: 'If {0} has an account, a mail with a link is on its way. The link works once, for 30 minutes.',
    back: 'Back to signing in',
  },
  overview,
  devices,
  device,
  parts,
  refusals,
  gateways,
  deadLetters,
  pendingDevices,
  platform,
  account,
  tasks,
  events,
  compare,
  notFound: {
    title: 'Nothing here',
    text: 'There is no such page, or nothing that you may see.',
    back: 'To the overview',
  },
};
