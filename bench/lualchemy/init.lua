return setmetatable({}, {__index = function(_, suite) return require("bench.lualchemy." .. suite) end})
