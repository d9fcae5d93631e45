export const entry = {
  'entry.title': 'Log in',
  'entry.name': 'Name',
  'entry.password': 'Password',
  'entry.enter': 'Log in',
  'entry.setUpTitle': 'Make the first admin',
  'entry.setUpWhy': 'This plant has no admin yet. The program printed a one-time token when it started: it begins with fhi_.',
  'entry.token': 'One-time token',
  'entry.create': 'Make admin and log in',
  'entry.toSetUp': 'First start? Make the first admin',
  'entry.toLogin': 'An admin is there already: log in',
  'entry.wait': 'One moment',
  'fault.offline': 'The server does not answer. This page tries again by itself.',
} as const;
