--- The names of extensions that are la's own.
local concrete = require "lualchemy.ext.concrete"
local hybrid = require "lualchemy.ext.hybrid"

return {
  hybrid_property = hybrid.hybrid_property, hybrid_method = hybrid.hybrid_method,
  association_proxy = require("lualchemy.ext.associationproxy").association_proxy,
  index_property = require("lualchemy.ext.indexable").index_property,
  ordering_list = require("lualchemy.ext.orderinglist").ordering_list,
  synonym_for = require("lualchemy.ext.synonym_for").synonym_for,
  ConcreteBase = concrete.ConcreteBase, AbstractConcreteBase = concrete.AbstractConcreteBase,
  DeferredReflection = require("lualchemy.ext.deferred_reflection").DeferredReflection,
}
