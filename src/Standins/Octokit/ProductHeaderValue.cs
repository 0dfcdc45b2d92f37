using System;
using Platform = System.Net.Http.Headers;

namespace Octokit;

/// <summary>The product part of the User-Agent header.</summary>
public class ProductHeaderValue
{
    private readonly Platform.ProductHeaderValue product;

    public ProductHeaderValue(string name)
        : this(new Platform.ProductHeaderValue(name))
    {
    }

    public ProductHeaderValue(string name, string version)
        : this(new Platform.ProductHeaderValue(name, version))
    {
    }

    public ProductHeaderValue(Platform.ProductHeaderValue productHeader)
    {
        ArgumentNullException.ThrowIfNull(productHeader);
        product = productHeader;
    }

    public string Name => product.Name;

    public string Version => product.Version;

    public static ProductHeaderValue Parse(string input) => new(Platform.ProductHeaderValue.Parse(input));

    public static bool TryParse(string input, out ProductHeaderValue parsedValue)
    {
        parsedValue = Platform.ProductHeaderValue.TryParse(input, out var value) ? new ProductHeaderValue(value) : null;
        return parsedValue is not null;
    }

    // Two values of this type are never equal: the real one compares its inner header with the wrapper.
    public override bool Equals(object obj) => product.Equals(obj);

    public override int GetHashCode() => product.GetHashCode();

    public override string ToString() => product.ToString();
}
