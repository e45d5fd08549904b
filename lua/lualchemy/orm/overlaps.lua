--- Relationships that write one column from different ones: told of when they are configured.
local err = require "lualchemy.error"

local overlaps = {}

local function is_sibling(a, b)
  return a.base_mapper == b.base_mapper and not a:isa(b) and not b:isa(a)
end

--- Do the relationships belong together, so that both may write the column?
local function agree(a, b)
  for _, reverse in ipairs(a.reverse_property) do
    if reverse == b then return true end
  end
  if a.overlaps[b.key] or b.overlaps[a.key] or a.overlaps["__*"] or b.overlaps["__*"] then return true end
  if a.key == b.key and a.parent:common_parent(b.parent) then return true end
  return is_sibling(a.parent, b.parent) or is_sibling(a.mapper, b.mapper) or is_sibling(a.parent, b.mapper)
    or is_sibling(a.mapper, b.parent)
end

local MESSAGE = "relationship '%s' will copy column %s to column %s, which conflicts with relationship(s): %s. "
  .. "If this is not the intention, consider if these relationships should be linked with back_populates, or if "
  .. "viewonly=True should be applied to one or more if they are read-only. For the less common case that foreign key "
  .. "constraints are partially overlapping, the orm.foreign() annotation can be used to isolate the columns that "
  .. "should be written towards.   To silence this warning, add the parameter 'overlaps=\"%s\"' to the '%s' "
  .. "relationship."

--- Warns where others write the column that `prop` writes from `source`; notes that it does.
local function check(targets, prop, source, dest)
  local writers = targets[dest] or {}
  targets[dest] = writers
  local texts, keys = {}, {}
  for _, w in ipairs(writers) do
    if w.prop ~= prop and not agree(prop, w.prop) then
      texts[#texts + 1] = ("'%s' (copies %s to %s)"):format(tostring(w.prop), tostring(w.source), tostring(dest))
      keys[#keys + 1] = w.prop.key
    end
  end
  writers[#writers + 1] = {prop = prop, source = source}
  if #texts == 0 then return end
  table.sort(texts)
  table.sort(keys)
  err.warn(MESSAGE:format(tostring(prop), tostring(source), tostring(dest), table.concat(texts, ", "),
    table.concat(keys, ","), tostring(prop)), nil, "qzyx")
end

--- @param prop table a Relationship whose columns are known
function overlaps.check(prop)
  if prop.viewonly then return end
  local registry = prop.parent.registry
  local targets = registry.sync_targets or {}
  registry.sync_targets = targets
  for _, name in ipairs{"synchronize_pairs", "secondary_synchronize_pairs"} do
    for _, pair in ipairs(prop[name] or {}) do check(targets, prop, pair[1], pair[2]) end
  end
end

return overlaps
