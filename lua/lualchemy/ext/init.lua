--- The names of extensions that are la's own.
local hybrid = require "lualchemy.ext.hybrid"

return {
  hybrid_property = hybrid.hybrid_property, hybrid_method = hybrid.hybrid_method,
  association_proxy = require("lualchemy.ext.associationproxy").association_proxy,
  ordering_list = require("lualchemy.ext.orderinglist").ordering_list,
  DeferredReflection = require("lualchemy.ext.deferred_reflection").DeferredReflection,
}
