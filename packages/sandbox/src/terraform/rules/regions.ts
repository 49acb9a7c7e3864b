/** The regions of Azure's public cloud, as its API names them. */
export const REGIONS = [
  'australiacentral',
  'australiaeast',
  'australiasoutheast',
  'austriaeast',
  'belgiumcentral',
  'brazilsouth',
  'canadacentral',
  'canadaeast',
  'centralindia',
  'centralus',
  'chilecentral',
  'eastasia',
  'eastus',
  'eastus2',
  'francecentral',
  'germanywestcentral',
  'indonesiacentral',
  'israelcentral',
  'italynorth',
  'japaneast',
  'japanwest',
  'koreacentral',
  'koreasouth',
  'malaysiawest',
  'mexicocentral',
  'newzealandnorth',
  'northcentralus',
  'northeurope',
  'norwayeast',
  'polandcentral',
  'qatarcentral',
  'southafricanorth',
  'southcentralus',
  'southindia',
  'southeastasia',
  'spaincentral',
  'swedencentral',
  'switzerlandnorth',
  'uaenorth',
  'uksouth',
  'ukwest',
  'westcentralus',
  'westeurope',
  'westindia',
  'westus',
  'westus2',
  'westus3',
];

/** Whether Azure has a region of this name, written as its API does. */
export const isRegion = (location: string) => REGIONS.includes(location);

/** Those without availability zones. */
const WITHOUT_ZONES = [
  'australiacentral',
  'australiasoutheast',
  'canadaeast',
  'koreasouth',
  'northcentralus',
  'southindia',
  'ukwest',
  'westcentralus',
  'westindia',
  'westus',
];

/** How many availability zones a region has. */
export const zonesOf = (location: string) =>
  isRegion(location) && !WITHOUT_ZONES.includes(location) ? 3 : 0;
