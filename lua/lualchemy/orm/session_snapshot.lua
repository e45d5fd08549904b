--- What a session's transaction knows of objects, so that a rollback can restore them: what became new, deleted, dirty,
-- or changed its key while it lasted.
local identity = require "lualchemy.orm.identity"
local state = require "lualchemy.orm.state"

local snapshot, NONE = {}, {}

--- The notes of a transaction, sets of objects.
snapshot.NOTES = {_new = true, _deleted = true, _dirty = true, _key_switches = true}

local HOLLOW = {__mode = "v"}

--- The objects of the list are new in the transaction. The list is a note from now on, and keeps no object.
function snapshot.note_new(t, list)
  while t._parent and not t.nested do t = t._parent end
  if not rawget(t, "_lists") then t._lists = {} end
  table.insert(t._lists, setmetatable(list, HOLLOW))
end

--- The objects of such lists are noted like others.
local function open_lists(self)
  for _, list in ipairs(rawget(self, "_lists") or NONE) do
    for _, obj in pairs(list) do self._new[obj] = true end
  end
  self._lists = nil
end

local function union(a, b)
  local out = {}
  for obj in pairs(a) do out[#out + 1] = obj end
  for obj in pairs(b) do
    if not a[obj] then out[#out + 1] = obj end
  end
  return out
end

--- After a rollback: objects are as they were when the transaction began.
function snapshot.restore(self)
  local session, only_dirty = self.session, self.nested
  open_lists(self)
  local gone = union(rawget(self, "_new") or NONE, session._new)
  local is_gone = {}
  for _, obj in ipairs(gone) do is_gone[obj] = true end
  session:_expunge_objects(gone, true)
  for obj, keys in pairs(rawget(self, "_key_switches") or NONE) do
    local map = identity.map(identity.place(session, rawget(obj, 1)), state.mapper(obj))
    if map[rawget(obj, 2)] == obj then map[rawget(obj, 2)] = nil end
    rawset(obj, 2, keys[1])
    if not is_gone[obj] then map[keys[1]] = obj end
  end
  for _, obj in ipairs(union(rawget(self, "_deleted") or NONE, session._deleted)) do session:_revert_deletion(obj) end
  for _, obj in ipairs(identity.all(session)) do
    if not only_dirty or state.is_modified(obj) or self._dirty[obj] then session:_expire_object(obj) end
  end
end

--- After a commit: objects expire, deleted ones are detached; a savepoint hands its notes on.
function snapshot.remove(self)
  local session = self.session
  if self.nested then
    open_lists(self)
    for name in pairs(snapshot.NOTES) do
      for obj, v in pairs(rawget(self, name) or NONE) do self._parent[name][obj] = v end
    end
    return
  end
  if session.expire_on_commit and (session._shards or next(session._identity) ~= nil) then
    local maps = identity.maps(session)
    for i = 1, #maps, 2 do state.expire_map(maps[i + 1], maps[i]) end
  end
  local deleted = rawget(self, "_deleted")
  if not deleted then return end
  for obj in pairs(deleted) do session:_detach_object(obj, "deleted_to_detached") end
  self._deleted = nil
end

return snapshot
