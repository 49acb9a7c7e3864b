# Before the platform had a stack, an environment's folder called the modules itself. What such a folder made is kept.

moved {
  from = module.resource_group
  to   = module.environment.module.resource_group
}

moved {
  from = module.network
  to   = module.environment.module.network
}

moved {
  from = module.monitoring
  to   = module.environment.module.monitoring
}

moved {
  from = module.aks
  to   = module.environment.module.aks
}

moved {
  from = module.registry
  to   = module.environment.module.registry
}
