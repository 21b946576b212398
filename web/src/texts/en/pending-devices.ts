export default {
  title: 'Pending devices',
  explain:
    'Devices that gateways have heard and nobody has approved yet. What they send is kept, and shown once they are approved.',
  empty: {
    title: 'No device waits',
    text: 'When a gateway hears a device that StepCloud does not know, it appears here.',
  },
  key: 'Device',
  model: 'Model',
  none: 'Without a model',
  heard: 'Last heard',
  approve: 'Approve',
  block: 'Block',
  forAll: 'Model for all selected',
  own: 'The one of each row',
  approved: '{0} approved.',
  notApproved: 'Not approved: {0}',
  blocked: '{0} blocked.',
};
