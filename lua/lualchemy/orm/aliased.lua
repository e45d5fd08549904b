--- la.aliased.
local entities = require "lualchemy.orm.entities"

return {public = entities.public}
