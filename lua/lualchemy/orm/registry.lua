--- la.registry: the classes of a declarative base by name, and what maps them.
--
--   registry.metadata, registry.mappers (array, in the order made), registry:configure(), registry:dispose()
--   registry:map_imperatively(class, table, {…}) -> Mapper; registry:map_declaratively(class); registry:generate_base{…}
--   registry:lookup(name) -> class, raises InvalidRequestError if none or many
return {public = {}}
