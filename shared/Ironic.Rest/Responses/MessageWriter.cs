using System.Buffers.Text;
using System.Text;
using Ironic.Rest.Plans;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Responses;

/// <summary>
/// Turns the wire bytes of a message into JSON by its plan. Each message is read twice: once to find where its fields are, as the
/// encoding allows any order, then in the order of the view, so that what is missing is written as missing.
/// </summary>
/// <param name="output">What the JSON is appended to.</param>
/// <param name="version">Minor number of the request's microversion.</param>
/// <param name="baseUrl">The public base URL, as a piece of a JSON text.</param>
/// <param name="place">The path that the links of a resource without a key, or of one below another one, begin with.</param>
/// <param name="subsecondTimes">Whether times keep their microseconds.</param>
internal readonly ref struct MessageWriter(PooledBuffer output, int version, ReadOnlySpan<byte> baseUrl, ReadOnlySpan<byte> place, bool subsecondTimes)
{
    // Deeper than any contract; a message type that contains itself could otherwise be made to exhaust the stack.
    private const int MaximumDepth = 32;
    private const int SlotsOnStack = 80;

    private readonly ReadOnlySpan<byte> _baseUrl = baseUrl;
    private readonly ReadOnlySpan<byte> _place = place;

    /// <summary>Writes a message as an object.</summary>
    /// <exception cref="MalformedWireException">The bytes are no message of this type.</exception>
    public void WriteMessage(ReadOnlySpan<byte> wire, MessageView view) => WriteMessage(wire, view, 0);

    /// <summary>Writes the value of one field of a message.</summary>
    /// <exception cref="MalformedWireException">The bytes are no message of this type.</exception>
    public void WriteField(ReadOnlySpan<byte> wire, FieldPlan field, MessageView? elementView)
    {
        var slot = WireFields.Find(wire, field);
        if (slot.Count == 0)
            output.Write(field.AbsentJson ?? "null"u8);
        else
            WriteValue(wire, field, slot, elementView, 0);
    }

    private void WriteMessage(ReadOnlySpan<byte> wire, MessageView view, int depth)
    {
        if (depth > MaximumDepth)
            throw new MalformedWireException("Messages are nested too deep.");
        var plan = view.Plan;
        var slots = plan.Fields.Length <= SlotsOnStack ? stackalloc FieldSlot[plan.Fields.Length] : new FieldSlot[plan.Fields.Length];
        var reader = new WireReader(wire);
        while (!reader.AtEnd)
        {
            var tagStart = reader.Position;
            var (number, type) = reader.ReadTag();
            if (plan.Find(number) is { } field)
                slots[field.Index] = slots[field.Index].Next(field, tagStart, reader.Position, type);
            reader.Skip(type);
        }

        output.WriteByte((byte)'{');
        var first = true;
        foreach (var field in view.Fields)
        {
            var slot = slots[field.Index];
            if (field.NullWhen is { } flag && slots[flag.Index] is { Count: > 0 } set && WireFields.VarintAt(wire, set) != 0)
            {
                WriteKey(field.JsonKey, ref first);
                output.Write("null"u8);
            }
            else if (slot.Count == 0)
            {
                if (field.AbsentJson is not null)
                {
                    WriteKey(field.JsonKey, ref first);
                    output.Write(field.AbsentJson);
                }
            }
            else
            {
                WriteKey(field.JsonKey, ref first);
                if (view.IsSummary && field.Rule.SummaryLength > 0)
                    WriteCut(WireFields.BytesAt(wire, slot), (int)field.Rule.SummaryLength);
                else
                    WriteValue(wire, field, slot, null, depth);
            }
        }

        if (view.Links)
            WriteLinks(wire, view, plan.Resource!.Key is { } key ? slots[key.Index] : null, ref first);
        if (plan.LinkObject is { } link)
        {
            WriteKey(link.Open, ref first);
            output.Write(_baseUrl);
            output.WriteTextPart(link.Path.Fill(wire, default));
            output.Write(link.Close);
        }

        output.WriteByte((byte)'}');
    }

    private void WriteCut(ReadOnlySpan<byte> utf8, int maximum)
    {
        // A character is at least one byte, so nearly no text has to be looked at.
        if (utf8.Length > maximum && Encoding.UTF8.GetString(utf8).EnumerateRunes().ToArray() is { } runes && runes.Length > maximum)
            output.WriteText(string.Concat(runes.Take(maximum - 4)) + "...");
        else
            output.WriteText(utf8);
    }

    private void WriteKey(ReadOnlySpan<byte> key, ref bool first)
    {
        if (!first)
            output.WriteByte((byte)',');
        first = false;
        output.Write(key);
    }

    private void WriteValue(ReadOnlySpan<byte> wire, FieldPlan field, FieldSlot slot, MessageView? elementView, int depth)
    {
        if (field.IsMap)
            WriteMap(wire, field, slot, depth);
        else if (field.IsList)
            WriteList(wire, field, slot, elementView, depth);
        else
            WriteSingle(wire, field, slot, elementView, depth);
    }

    private void WriteList(ReadOnlySpan<byte> wire, FieldPlan field, FieldSlot slot, MessageView? elementView, int depth)
    {
        output.WriteByte((byte)'[');
        var first = true;
        var reader = new WireReader(wire[slot.Start..]);
        for (var left = slot.Count; left > 0;)
        {
            var (number, type) = reader.ReadTag();
            var start = slot.Start + reader.Position;
            reader.Skip(type);
            if (number != field.Number)
                continue;
            left--;
            if (type == WireType.LengthDelimited && field.IsPackable)
            {
                WritePacked(WireFields.BytesAt(wire, start), field, ref first, depth);
                continue;
            }

            if (!first)
                output.WriteByte((byte)',');
            first = false;
            WriteSingle(wire, field, new FieldSlot(start, 1, type), elementView, depth);
        }

        output.WriteByte((byte)']');
    }

    private void WritePacked(ReadOnlySpan<byte> packed, FieldPlan field, ref bool first, int depth)
    {
        var type = field.Kind switch
        {
            ValueKind.Double => WireType.Fixed64,
            ValueKind.Float => WireType.Fixed32,
            _ => WireType.Varint,
        };
        var reader = new WireReader(packed);
        while (!reader.AtEnd)
        {
            if (!first)
                output.WriteByte((byte)',');
            first = false;
            WriteSingle(packed, field, new FieldSlot(reader.Position, 1, type), null, depth);
            reader.Skip(type);
        }
    }

    private void WriteMap(ReadOnlySpan<byte> wire, FieldPlan field, FieldSlot slot, int depth)
    {
        output.WriteByte((byte)'{');
        var first = true;
        var reader = new WireReader(wire[slot.Start..]);
        for (var left = slot.Count; left > 0;)
        {
            var (number, type) = reader.ReadTag();
            var start = slot.Start + reader.Position;
            reader.Skip(type);
            if (number != field.Number)
                continue;
            left--;
            var entry = WireFields.BytesAt(wire, start);
            if (field.LaterKeys.Count > 0 && IsLaterKey(entry, field))
                continue;
            if (!first)
                output.WriteByte((byte)',');
            first = false;
            WriteEntry(entry, field.MapValue!, depth);
        }

        output.WriteByte((byte)'}');
    }

    private bool IsLaterKey(ReadOnlySpan<byte> entry, FieldPlan map)
    {
        var reader = new WireReader(entry);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.ReadTag();
            if (number != 1)
            {
                reader.Skip(type);
                continue;
            }

            var name = reader.ReadBytes();
            foreach (var (key, since) in map.LaterKeys)
            {
                if (version < since && name.SequenceEqual(key))
                    return true;
            }

            return false;
        }

        return false;
    }

    private void WriteEntry(ReadOnlySpan<byte> entry, FieldPlan value, int depth)
    {
        ReadOnlySpan<byte> key = default;
        var slot = default(FieldSlot);
        var reader = new WireReader(entry);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.ReadTag();
            var start = reader.Position;
            reader.Skip(type);
            if (number == 1)
                key = WireFields.BytesAt(entry, start);
            else if (number == value.Number)
                slot = new FieldSlot(start, 1, type);
        }

        output.WriteText(key);
        output.WriteByte((byte)':');
        if (slot.Count > 0)
            WriteSingle(entry, value, slot, null, depth);
        else if (value.Kind == ValueKind.Message)
            WriteMessage(default, value.Message!.FullView(version), depth + 1);
        else
            WriteDefault(value);
    }

    // An entry's value that is its type's default is not on the wire, but it is there.
    private void WriteDefault(FieldPlan value) => output.Write(value.Kind switch
    {
        ValueKind.Text or ValueKind.Bytes => "\"\""u8,
        ValueKind.Boolean => "false"u8,
        ValueKind.SignedInteger or ValueKind.UnsignedInteger or ValueKind.Double or ValueKind.Float => "0"u8,
        _ => value.AbsentJson ?? "null"u8,
    });

    private void WriteSingle(ReadOnlySpan<byte> wire, FieldPlan field, FieldSlot slot, MessageView? elementView, int depth)
    {
        if (field.Rule.Secret)
        {
            output.Write("\"******\""u8);
            return;
        }

        switch (field.Kind)
        {
            case ValueKind.Text:
                output.WriteText(WireFields.BytesAt(wire, slot));
                break;
            case ValueKind.Json:
                WriteJson(WireFields.BytesAt(wire, slot));
                break;
            case ValueKind.Message:
                WriteMessage(WireFields.BytesAt(wire, slot), elementView ?? field.Message!.FullView(version), depth + 1);
                break;
            case ValueKind.Enum:
                var value = field.Enum!.Find(unchecked((int)WireFields.VarintAt(wire, slot)));
                output.Write(value is null ? field.AbsentJson ?? "null"u8 : value.Json(version));
                break;
            case ValueKind.Boolean:
                output.Write(WireFields.VarintAt(wire, slot) != 0 ? "true"u8 : "false"u8);
                break;
            case ValueKind.SignedInteger:
                output.WriteNumber(unchecked((long)WireFields.VarintAt(wire, slot)));
                break;
            case ValueKind.UnsignedInteger:
                output.WriteNumber(WireFields.VarintAt(wire, slot));
                break;
            case ValueKind.Timestamp:
                var (seconds, nanoseconds) = WireFields.TimeOf(WireFields.BytesAt(wire, slot));
                output.WriteTimestamp(seconds, subsecondTimes ? nanoseconds / 1000 : 0);
                break;
            case ValueKind.Double:
                output.WriteNumber(BitConverter.Int64BitsToDouble(unchecked((long)WireFields.FixedAt(wire, slot, WireType.Fixed64))));
                break;
            case ValueKind.Float:
                output.WriteNumber(BitConverter.Int32BitsToSingle(unchecked((int)WireFields.FixedAt(wire, slot, WireType.Fixed32))));
                break;
            case ValueKind.Bytes:
                WriteBase64(WireFields.BytesAt(wire, slot));
                break;
        }
    }

    private void WriteJson(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> text = default;
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            var (number, type) = reader.ReadTag();
            if (number == Types.V1.Json.TextFieldNumber && type == WireType.LengthDelimited)
                text = reader.ReadBytes();
            else
                reader.Skip(type);
        }

        if (text.IsEmpty)
            throw new MalformedWireException("A JSON value has no text.");
        output.Write(text);
    }

    private void WriteBase64(ReadOnlySpan<byte> bytes)
    {
        output.WriteByte((byte)'"');
        var span = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, span, out _, out var written);
        output.Advance(written);
        output.WriteByte((byte)'"');
    }

    private void WriteLinks(ReadOnlySpan<byte> wire, MessageView view, FieldSlot? keySlot, ref bool first)
    {
        if (keySlot is { Count: 0 })
            throw new MalformedWireException("A resource has no key to link it by.");
        var key = keySlot is { } slot ? WireFields.BytesAt(wire, slot) : _place;
        var place = view.Plan.Resource!.ParentOfItem is { } parent ? Encoding.UTF8.GetBytes(parent.Fill(wire, default)) : _place;
        WriteLink(view.Plan.Resource.Links, key, place, ref first);
        foreach (var link in view.SubLinks)
            WriteLink(link.Link, key, place, ref first);
    }

    private void WriteLink(LinkPlan link, ReadOnlySpan<byte> key, ReadOnlySpan<byte> place, ref bool first)
    {
        WriteKey(link.Open, ref first);
        WriteAddress(link.First, link, key, place);
        if (!link.IsSingle)
        {
            output.Write(link.Between);
            WriteAddress(link.Second, link, key, place);
        }

        output.Write(link.Close);
    }

    private void WriteAddress(ReadOnlySpan<byte> start, LinkPlan link, ReadOnlySpan<byte> key, ReadOnlySpan<byte> place)
    {
        output.Write(_baseUrl);
        output.Write(start);
        if (link.Below is { } collection)
        {
            output.Write(place);
            output.Write(collection);
        }

        output.WriteTextPart(key);
    }
}
