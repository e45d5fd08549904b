--- Which side of a relationship may have many objects.

--- @class lualchemy.RelationshipDirection
--- @field name "ONETOMANY"|"MANYTOONE"|"MANYTOMANY"
--- @field value integer
local Direction = {__name = "lualchemy.RelationshipDirection"}

function Direction:__tostring() return "RelationshipDirection." .. self.name end

--- @class lualchemy.RelationshipDirectionClass: lualchemy.Kind
--- @field ONETOMANY lualchemy.RelationshipDirection
--- @field MANYTOONE lualchemy.RelationshipDirection
--- @field MANYTOMANY lualchemy.RelationshipDirection

local directions = {}
for value, name in ipairs{"ONETOMANY", "MANYTOONE", "MANYTOMANY"} do
  directions[name] = setmetatable({name = name, value = value}, Direction)
end

return directions
