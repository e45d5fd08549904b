---@meta _
--- What collections answer to: those of relationships, la.mutable's values, and association proxies.

--- A list: `#c`, `c[i]`, `ipairs(c)`, `c[#c + 1] = x`, `table.insert(c, x)`. Positions count from 1.
---@class lualchemy.List
---@field [integer] any
local List = {}

---@param item any
function List:append(item) end

---@param index integer
---@param item any
function List:insert(index, item) end

---@param items any[]
function List:extend(items) end

--- Takes the first such item away; an error if there is none.
---@param item any
function List:remove(item) end

--- Takes the item at a position away, the last one without; gives it.
---@param index? integer
---@return any
function List:pop(index) end

--- Takes all items away.
function List:clear() end

---@param item any
---@return boolean
function List:contains(item) end

--- The position of the item; an error if it is not there.
---@param item any
---@return integer
function List:index(item) end

---@param item any
---@return integer
function List:count(item) end

--- A plain array of the items.
---@return any[]
function List:copy() end

--- Turns the order round.
function List:reverse() end

--- Sorts the items: by a function(a, b), or by {key = function(item), reverse = boolean}.
---@param how? (fun(a: any, b: any): boolean)|{key?: (fun(item: any): any), reverse?: boolean}
function List:sort(how) end

--- Of la.ordering_list: numbers the items anew.
function List:reorder() end

--- A set: `#s`, `ipairs(s)`.
---@class lualchemy.Set
---@field [integer] any
local Set = {}

---@param item any
function Set:add(item) end
Set.append = Set.add

--- Takes the item away; an error if it is not there.
---@param item any
function Set:remove(item) end

--- Takes the item away if it is there.
---@param item any
function Set:discard(item) end

---@return any
function Set:pop() end

---@param items any[]
function Set:update(items) end

---@param items any[]
function Set:difference_update(items) end

---@param items any[]
function Set:intersection_update(items) end

---@param items any[]
function Set:symmetric_difference_update(items) end

--- The items of both, as an array.
---@param items any[]
---@return any[]
function Set:union(items) end

---@param items any[]
---@return any[]
function Set:intersection(items) end

---@param items any[]
---@return any[]
function Set:difference(items) end

---@param items any[]
---@return any[]
function Set:symmetric_difference(items) end

---@param items any[]
---@return boolean
function Set:issubset(items) end

---@param items any[]
---@return boolean
function Set:issuperset(items) end

---@param items any[]
---@return boolean
function Set:isdisjoint(items) end

--- Takes all items away.
function Set:clear() end

---@param item any
---@return boolean
function Set:contains(item) end

---@return any[]
function Set:copy() end

--- Items by key: `d["k"]`, `d["k"] = x`, `d["k"] = nil`.
---@class lualchemy.Dict
---@field [any] any
local Dict = {}

---@param key any
---@param default? any
---@return any
function Dict:get(key, default) end

---@return any[]
function Dict:keys() end

---@return any[]
function Dict:values() end

--- {key, value} for each.
---@return table[]
function Dict:items() end

---@param key any
---@return boolean
function Dict:contains(key) end

--- Takes the item of that key away and gives it; the default, or an error, if there is none.
---@param key any
---@param default? any
---@return any
function Dict:pop(key, default) end

---@param key any
---@param default? any
---@return any
function Dict:setdefault(key, default) end

---@param items table
function Dict:update(items) end

--- Takes all items away.
function Dict:clear() end

---@return table
function Dict:copy() end

--- Takes a pair away and gives it; of la.mutable.MutableDict.
---@return table
function Dict:popitem() end

--- The same as set().
---@param item lualchemy.Instance
function Dict:append(item) end

--- Puts an object under the key that it has; of keyed relationships.
---@param item lualchemy.Instance
function Dict:set(item) end

--- Takes an object away; of keyed relationships.
---@param item lualchemy.Instance
function Dict:remove(item) end
