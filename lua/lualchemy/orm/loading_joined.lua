--- Related objects from the same row: collected for each parent, set when all rows of a chunk are there.
local once = require "lualchemy.orm.once"
local state = require "lualchemy.orm.state"

local put = once.put

--- Adds to the class of orm/loading.lua.
return function(Load)

  --- The attribute of obj that joined rows fill, nil if it is loaded.
  local function wanted(self, obj, prop)
    local impl = state.mapper(obj).impls[prop.key]
    if not impl then return nil end
    local again = self.fresh and self.fresh[obj] and (self.o.populate_existing or self.o.only)
    return (again or rawget(obj, impl.slot) == nil) and impl or nil
  end

  --- What is collected for a relationship of obj: {obj, impl, items}, a once; false if it is loaded.
  local function entry_of(self, entries, obj, prop)
    local impl = wanted(self, obj, prop)
    local entry = impl and {obj = obj, impl = impl, items = {}} or false
    entries[obj] = entry
    if entry then self.entries[#self.entries + 1] = entry end
    return entry
  end

  function Load:entries_of(prop)
    local collections = self.collections
    if not collections then
      collections = {}
      self.collections, self.entries = collections, {}
    end
    local entries = collections[prop]
    if not entries then
      entries = {}
      collections[prop] = entries
    end
    return entries
  end

  --- Adds the objects that a row has for one relationship of obj.
  local function add_joined(self, j, obj, row)
    local child, entries = self:object(j.plan, row), self:entries_of(j.prop)
    local entry = entries[obj]
    if entry == nil then entry = entry_of(self, entries, obj, j.prop) end
    if child then
      if entry then put(entry, child) end
      self:after_object(j.plan, child, row)
    end
  end

  --- Adds the joined objects of a row to obj.
  function Load:joined(plan, obj, row)
    for _, j in ipairs(plan.joined) do
      if not j.mapper or state.mapper(obj):isa(j.mapper) then add_joined(self, j, obj, row) end
    end
  end

  --- The same for all rows: parents[r] got children[r] (false: none).
  function Load:join_columns(prop, parents, children)
    local entries, last, entry = self:entries_of(prop), nil, nil
    for r = 1, #children do
      local obj = parents[r]
      if obj then
        if obj ~= last then
          last, entry = obj, entries[obj]
          if entry == nil then entry = entry_of(self, entries, obj, prop) end
        end
        local child = children[r]
        if entry and child then put(entry, child) end
      end
    end
  end

  --- What was collected becomes the values of the relationships.
  function Load:set_joined()
    local entries = self.entries
    if not entries then return end
    self.collections, self.entries = nil, nil
    for i = 1, #entries do
      local obj, impl, items = entries[i].obj, entries[i].impl, entries[i].items
      if impl.collection then
        impl.set_committed(obj, impl, items)
      elseif impl.object then
        if items[2] then once.warn_of_several(impl.prop) end
        impl.set_committed(obj, impl, items[1])
      end
    end
  end

end
