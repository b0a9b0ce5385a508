namespace Ironic.Drivers.Ipmi.Sensors;

/// <summary>Names of sensor types and units (IPMI 2.0, tables 42-3 and 43-15).</summary>
internal static class SensorNames
{
    private static readonly string[] Types =
    [
        "Reserved", "Temperature", "Voltage", "Current", "Fan", "Physical Security", "Platform Security", "Processor", "Power Supply", "Power Unit",
        "Cooling Device", "Other", "Memory", "Drive Slot / Bay", "POST Memory Resize", "System Firmwares", "Event Logging Disabled", "Watchdog 1",
        "System Event", "Critical Interrupt", "Button", "Module / Board", "Microcontroller", "Add-in Card", "Chassis", "Chip Set", "Other FRU",
        "Cable / Interconnect", "Terminator", "System Boot Initiated", "Boot Error", "OS Boot", "OS Critical Stop", "Slot / Connector",
        "System ACPI Power State", "Watchdog 2", "Platform Alert", "Entity Presence", "Monitor ASIC", "LAN", "Management Subsystem Health", "Battery",
        "Session Audit", "Version Change", "FRU State",
    ];

    private static readonly string[] Units =
    [
        "", "degrees C", "degrees F", "degrees K", "Volts", "Amps", "Watts", "Joules", "Coulombs", "VA", "Nits", "lumen", "lux", "Candela", "kPa", "PSI",
        "Newton", "CFM", "RPM", "Hz", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "mil", "inches", "feet", "cu in", "cu feet",
        "mm", "cm", "m", "cu cm", "cu m", "liters", "fluid ounce", "radians", "steradians", "revolutions", "cycles", "gravities", "ounce", "pound", "ft-lb",
        "oz-in", "gauss", "gilberts", "henry", "millihenry", "farad", "microfarad", "ohms", "siemens", "mole", "becquerel", "PPM", "reserved", "Decibels",
        "DbA", "DbC", "gray", "sievert", "color temp deg K", "bit", "kilobit", "megabit", "gigabit", "byte", "kilobyte", "megabyte", "gigabyte", "word",
        "dword", "qword", "line", "hit", "miss", "retry", "reset", "overflow", "underrun", "collision", "packets", "messages", "characters", "error",
        "correctable error", "uncorrectable error", "fatal error", "grams",
    ];

    private static readonly string[] Rates = ["", "microsecond", "millisecond", "second", "minute", "hour", "day", ""];

    /// <summary>The sensor type's name.</summary>
    public static string Type(byte type) => type < Types.Length ? Types[type] : type >= 0xC0 ? "OEM" : $"Type 0x{type:x2}";

    /// <summary>The unit's name, made of sensor units 1 to 3.</summary>
    public static string Unit(byte flags, byte baseUnit, byte modifier)
    {
        const int percentage = 0x01;
        if ((flags & percentage) != 0)
            return "percent";
        var unit = Name(baseUnit);
        unit = ((flags >> 1) & 3) switch
        {
            1 => $"{unit} / {Name(modifier)}",
            2 => $"{unit} * {Name(modifier)}",
            _ => unit,
        };
        var rate = Rates[(flags >> 3) & 7];
        return rate.Length == 0 ? unit : $"{unit} per {rate}";
    }

    private static string Name(byte unit) => unit < Units.Length ? Units[unit] : $"unit 0x{unit:x2}";
}
