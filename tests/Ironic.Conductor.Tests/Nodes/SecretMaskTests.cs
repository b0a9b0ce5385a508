using Ironic.Conductor.Nodes;

namespace Ironic.Conductor.Tests.Nodes;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("""{"ipmi_username": "u", "ipmi_address": "10.0.0.1"}""", """{"ipmi_username": "u", "ipmi_address": "10.0.0.1"}""")]
    [InlineData("""{"ipmi_password": "p", "ipmi_username": "u"}""", """{"ipmi_password":"******","ipmi_username":"u"}""")]
    [InlineData("""{"Redfish_PASSWORD": 5}""", """{"Redfish_PASSWORD":"******"}""")]
    [InlineData("""{"agent_secret_token": null, "a": {"b": [{"auth_token": {"x": 1}}]}}""", """{"agent_secret_token":"******","a":{"b":[{"auth_token":"******"}]}}""")]
    [InlineData("""{"pass\u0077ord": "p"}""", """{"password":"******"}""")]
    [InlineData("""{"snmp_auth_key": "k", "n": 12345678901234567890123, "f": 1e3, "t": true, "z": null}""", """{"snmp_auth_key":"******","n":12345678901234567890123,"f":1e3,"t":true,"z":null}""")]
    [InlineData("""["a\\b"]""", """["a\\b"]""")]
    [InlineData("""{"a": "password=abc"}""", """{"a":"password=******"}""")]
    [InlineData("""{"a": "x=1 ipmi_PASSWORD = abc y=2"}""", """{"a":"x=1 ipmi_PASSWORD = ****** y=2"}""")]
    [InlineData("""{"a": "{'auth_token': 'abc', 'b': 'c'}"}""", """{"a":"{'auth_token': '******', 'b': 'c'}"}""")]
    [InlineData("""{"a": "tool --os-password abc --verbose"}""", """{"a":"tool --os-password ****** --verbose"}""")]
    [InlineData("""{"a": "<adminPass>abc</adminPass>"}""", """{"a":"<adminPass>******</adminPass>"}""")]
    [InlineData("""{"a": "a secret garden, a token of love"}""", """{"a":"a secret garden, a token of love"}""")]
    public void Secrets_are_masked_and_all_else_keeps_its_text(string json, string expected) => Assert.Equal(expected, SecretMask.Mask(json));

    [Theory]
    [InlineData("""{"image_url": "http://u:p@h/i", "image_source": "x"}""", """{"image_url":"******","image_source":"x"}""")]
    [InlineData("""{"image_url": ""}""", """{"image_url":""}""")]
    [InlineData("""{"image_url": null}""", """{"image_url":null}""")]
    [InlineData("""{"deep": {"image_url": "x"}}""", """{"deep":{"image_url":"x"}}""")]
    [InlineData("""{"configdrive": "H4sI"}""", """{"configdrive":"******"}""")]
    public void Instance_info_hides_more(string json, string expected) => Assert.Equal(expected, SecretMask.Mask(json, SecretMask.InstanceInfoKeys));
}
