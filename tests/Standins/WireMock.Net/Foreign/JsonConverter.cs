using Newtonsoft.Json;

namespace JsonConverter.Abstractions
{
    /// <summary>How a body builder turns an object into JSON text and back.</summary>
    public interface IJsonConverter
    {
        T? Deserialize<T>(Stream stream, JsonConverterOptions? options = null);

        T? Deserialize<T>(string text, JsonConverterOptions? options = null);

        object? Deserialize(string text, Type type, JsonConverterOptions? options = null);

        string Serialize(object value, JsonConverterOptions? options = null);
    }

    /// <summary>Choices for one conversion.</summary>
    public class JsonConverterOptions
    {
        public bool PropertyNameCaseInsensitive { get; set; }

        public bool WriteIndented { get; set; }

        public bool IgnoreNullValues { get; set; }

        /// <summary>0 leaves dates as text, 1 reads them as <see cref="DateTime"/>, 2 as <see cref="DateTimeOffset"/>.</summary>
        public int DateParseHandling { get; set; } = 1;
    }
}

namespace JsonConverter.Newtonsoft.Json
{
    using Abstractions;

    /// <summary>The converter that every builder uses unless told otherwise.</summary>
    public class NewtonsoftJsonConverter : IJsonConverter
    {
        private readonly JsonSerializerSettings _basis;

        public NewtonsoftJsonConverter()
            : this(new JsonSerializerSettings())
        {
        }

        public NewtonsoftJsonConverter(JsonSerializerSettings jsonSerializerSettings) => _basis = jsonSerializerSettings;

        public T? Deserialize<T>(Stream stream, JsonConverterOptions? options = null)
        {
            using var text = new StreamReader(stream);
            using var json = new JsonTextReader(text);
            return JsonSerializer.Create(Settings(options)).Deserialize<T>(json);
        }

        public T? Deserialize<T>(string text, JsonConverterOptions? options = null) => JsonConvert.DeserializeObject<T>(text, Settings(options));

        public object? Deserialize(string text, Type type, JsonConverterOptions? options = null) => JsonConvert.DeserializeObject(text, type, Settings(options));

        public string Serialize(object value, JsonConverterOptions? options = null) => JsonConvert.SerializeObject(value, Settings(options));

        private JsonSerializerSettings Settings(JsonConverterOptions? options) => new(_basis)
        {
            Formatting = options is { WriteIndented: true } ? Formatting.Indented : Formatting.None,
            NullValueHandling = options is { IgnoreNullValues: true } ? NullValueHandling.Ignore : NullValueHandling.Include,
            DateParseHandling = options?.DateParseHandling switch
            {
                0 => DateParseHandling.None,
                2 => DateParseHandling.DateTimeOffset,
                _ => DateParseHandling.DateTime,
            },
        };
    }
}
