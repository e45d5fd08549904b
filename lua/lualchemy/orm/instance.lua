--- Instances: making them, reading and writing their attributes; la.make_transient and its kin.
--
--   instance.new(mapper) -> empty object without state, for loaders: setmetatable({state, identity, …}, mapper.instance_meta)
--   instance.construct(class, keywords) -> transient object, with __init__ and the init event
return {public = {}}
