"""Where the blobs are: a folder, or a bucket where one is named."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from chassis.blobs import BlobShelves, BlobStore
from chassis.blobs.files import FileBlobStore
from chassis.settings import Frozen

if TYPE_CHECKING:
    from chassis.blobs.s3 import S3BlobStore


class S3Settings(Frozen):
    """endpoint: "" for Amazon's own. access_key, secret_key: "" for what the machine is given (its role)."""

    bucket: str
    endpoint: str = ""
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: SecretStr = SecretStr("")


class BlobSettings(Frozen):
    """BLOB_ROOT, or BLOB_S3_BUCKET with the rest of S3Settings; the bucket wins."""

    blob_s3_bucket: str = ""
    blob_s3_endpoint: str = ""
    blob_s3_region: str = Field(default="us-east-1", min_length=1)
    blob_s3_access_key: str = ""
    blob_s3_secret_key: SecretStr = SecretStr("")
    blob_root: Path | None = Field(default=None, validate_default=True)

    @field_validator("blob_root")
    @classmethod
    def _one_place_is_given(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is None and not info.data.get("blob_s3_bucket"):
            raise ValueError("a folder is required, or BLOB_S3_BUCKET")
        return value

    def variables(self) -> dict[str, str]:
        """The same settings as the environment of a child process."""
        given = {name: getattr(self, name) for name in BlobSettings.model_fields}
        given["blob_s3_secret_key"] = self.blob_s3_secret_key.get_secret_value()
        return {name.upper(): str(value) for name, value in given.items() if value}

    @property
    def s3(self) -> S3Settings | None:
        if not self.blob_s3_bucket:
            return None
        return S3Settings(
            bucket=self.blob_s3_bucket,
            endpoint=self.blob_s3_endpoint,
            region=self.blob_s3_region,
            access_key=self.blob_s3_access_key,
            secret_key=self.blob_s3_secret_key,
        )


def blob_store(settings: BlobSettings) -> BlobStore:
    """Blocks on the disk."""
    return _opened(settings)


def blob_shelves(settings: BlobSettings) -> BlobShelves:
    """The same store, for a collector."""
    return _opened(settings)


def _opened(settings: BlobSettings) -> "FileBlobStore | S3BlobStore":
    if settings.s3 is not None:
        from chassis.blobs.s3 import S3BlobStore  # half a second and 40 MB, which files do without

        return S3BlobStore(settings.s3)
    assert settings.blob_root is not None, "checked when the settings were read"
    return FileBlobStore(settings.blob_root)
