/** What is of one resource comes from the document of the API; these are the words around it. */
export default {
  title: 'Platform',
  screens: 'Areas',
  edit: 'Change',
  remove: 'Delete',
  removeTitle: '{0}?',
  empty: { title: 'Nothing here', text: 'Nothing is there, or nothing that fits the filters.' },
  variant: 'What to send',
  sort: 'Sort by',
  upward: '{0}, ascending',
  downward: '{0}, descending',
  open: 'Open',
  more: 'More of it',
  answer: 'Answer',
  did: '{0}: done',
};
